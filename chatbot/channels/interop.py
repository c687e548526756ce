"""The chatbot as a LangChain retriever."""

from typing import TYPE_CHECKING, Any

from chatbot.records import Filter, Hit, to_dict

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    from chatbot.bot import Chatbot


def as_retriever(bot: "Chatbot", *, limit: int = 10, filter: Filter | None = None) -> "BaseRetriever":
    """A LangChain retriever over the chatbot's passages.

    Each document's ``page_content`` is the passage's plain text; its ``metadata`` holds the passage's other fields
    (``sentences`` left out) and the ``score``.
    """
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.retrievers import BaseRetriever

    class ArticleRetriever(BaseRetriever):
        def _get_relevant_documents(
            self, query: str, *, run_manager: CallbackManagerForRetrieverRun
        ) -> list["Document"]:
            del run_manager
            return [_document(hit) for hit in bot.search(query, limit=limit, filter=filter)]

    return ArticleRetriever()


def _document(hit: Hit) -> "Document":
    from langchain_core.documents import Document

    fields: dict[str, Any] = to_dict(hit.passage)
    text = fields.pop("text")
    del fields["sentences"]
    return Document(page_content=text, id=fields["id"], metadata=fields | {"score": hit.score})
