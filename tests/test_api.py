"""The HTTP API as another service uses it, against a running server."""

import http.client
import json
import re
import socket
import struct
import time
from dataclasses import fields
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from conftest import Server, serve, with_model

from chatbot import Answer, Article, Chatbot, Citation, Filter, Hit, Passage, Span, Statement, to_dict
from chatbot.channels import schemas
from chatbot.channels.feedback import Feedback
from chatbot.channels.service import limited_name
from chatbot.errors import UnknownAnswerError

QUESTION = "What are the key lead generation activities?"


class Response:
    """Status, headers and body of a response."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)

    def problem(self) -> tuple[int, str, str]:
        """Status, kind and detail of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json"
        members = self.json()
        assert members["status"] == self.status
        assert members["title"]
        return self.status, members["type"].removeprefix("urn:article-chatbot:problem:"), members["detail"]


def request(server: Server, method: str, path: str, body: object = None, **headers: str) -> Response:
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    given = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, given, sent)
    response = Response(connection.getresponse())
    connection.close()
    return response


def events(response: Response) -> list[tuple[str, dict]]:
    """Names and data of the server-sent events."""
    found = []
    for block in response.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_an_answer_is_the_records_json(server: Server, bot: Chatbot):
    response = request(server, "POST", "/api/ask", {"question": QUESTION})
    assert response.status == 200
    assert response.headers["Answer-Id"]
    assert response.json() == json.loads(json.dumps(to_dict(bot.ask(QUESTION))))


def test_steps_have_their_numbers(server: Server):
    steps = request(server, "POST", "/api/ask", {"question": "List the lead generation activities"}).json()
    assert [item["number"] for item in steps["statements"] if item["kind"] == "item"] == list(range(1, 9))
    hits = request(server, "POST", "/api/search", {"question": "key lead generation activities"}).json()
    numbers = {span["number"] for hit in hits for span in hit["passage"]["sentences"]}
    assert set(range(9)) <= numbers


def test_history_and_filter_are_heeded(server: Server, bot: Chatbot):
    history = [{"question": "What is email marketing good for?", "answer": "Keeping in touch. [1]"}]
    followed = request(server, "POST", "/api/ask", {"question": "and social media?", "history": history}).json()
    assert "social media" in followed["text"].lower()
    slug = bot.articles()[-1].slug
    within = request(server, "POST", "/api/ask", {"question": QUESTION, "filter": {"articles": [slug]}}).json()
    assert {citation["slug"] for citation in within["citations"]} <= {slug}


def test_the_page_a_reader_is_on_is_preferred(server: Server, bot: Chatbot):
    for article in bot.articles():
        asked = {"question": "What is this post about?", "page": article.url + "?from=mail"}
        answer = request(server, "POST", "/api/ask", asked).json()
        assert {citation["slug"] for citation in answer["citations"]} == {article.slug}


def test_events_bring_sources_then_the_growing_answer(server: Server):
    response = request(server, "POST", "/api/ask", {"question": QUESTION}, Accept="text/event-stream")
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.text.startswith(": ")
    assert f"id: {response.headers['Answer-Id']}" in response.text
    (first, sources), *answers = events(response)
    assert first == "sources"
    assert {name for name, _ in answers} == {"answer"}
    grown = [data for _, data in answers]
    assert [data["complete"] for data in grown] == [False] * (len(grown) - 1) + [True]
    assert len(grown) > 1
    for earlier, later in pairwise(grown):
        assert later["statements"][: len(earlier["statements"])] == earlier["statements"]
    assert sources["citations"] == grown[-1]["citations"]
    assert grown[-1] == request(server, "POST", "/api/ask", {"question": QUESTION}).json()


def test_a_refusal_is_an_answer(server: Server):
    answer = request(server, "POST", "/api/ask", {"question": "How tall is the Eiffel Tower?"}).json()
    assert (answer["found"], answer["citations"], answer["complete"]) == (False, [], True)
    assert answer["suggestions"]


def test_search_gives_hits(server: Server, bot: Chatbot):
    response = request(server, "POST", "/api/search", {"question": "landing pages", "limit": 2})
    assert response.json() == json.loads(json.dumps(to_dict(bot.search("landing pages", 2))))


def test_articles_by_filter_and_without_private_front_matter(server: Server, bot: Chatbot):
    everything = request(server, "GET", "/api/articles").json()
    assert [article["slug"] for article in everything] == [article.slug for article in bot.articles()]
    assert set(everything[0]) == set(schemas.ArticleOut.model_fields)
    some = request(server, "GET", "/api/articles?until=2020-01-01").json()
    assert len(some) == len(bot.articles(Filter(until=date(2020, 1, 1))))
    assert request(server, "GET", f"/api/articles?article={everything[0]['slug']}").json() == everything[:1]


def test_suggested_questions_are_answered(server: Server):
    for suggestion in request(server, "GET", "/api/suggestions?limit=5").json():
        assert request(server, "POST", "/api/ask", {"question": suggestion}).json()["found"], suggestion


def test_what_page_and_widget_show(server: Server, bot: Chatbot):
    article = bot.articles()[0]
    config = request(server, "GET", f"/api/config?page={article.url}").json()
    assert set(config) == set(schemas.ConfigOut.model_fields)
    assert config["article"] == {"slug": article.slug, "title": article.title, "url": article.url}
    assert request(server, "GET", "/api/config?page=https://elsewhere.example/").json()["article"] is None


def test_feedback_is_kept_with_the_question(model_folder, tmp_path):
    kept = tmp_path / "feedback.jsonl"
    running = serve(vectorstore=with_model(tmp_path / "vectorstore", model_folder), feedback=kept)
    answer_id = request(running, "POST", "/api/ask", {"question": QUESTION}).headers["Answer-Id"]
    given = {"answer_id": answer_id, "thumb": "down", "reason": "incomplete", "note": "Die dritte fehlt … 日本"}
    assert request(running, "POST", "/api/feedback", given).status == 204
    line = json.loads(kept.read_text(encoding="utf-8"))
    assert {name: line[name] for name in given} == given
    assert line["question"] == QUESTION
    assert request(running, "POST", "/api/feedback", given | {"answer_id": "x"}).problem()[:2] == (404, "answer")
    metrics = request(running, "GET", "/metrics").text
    assert 'chatbot_feedback_total{thumb="down"} 1.0' in metrics
    assert request(running, "POST", "/api/feedback", given).status == 204
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 1, "said twice is said once"
    changed = given | {"thumb": "up", "reason": ""}
    assert request(running, "POST", "/api/feedback", changed).status == 204
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2
    running.stop()


def test_old_answers_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr("chatbot.channels.feedback.REMEMBERED", 2)
    feedback = Feedback(tmp_path / "feedback.jsonl")
    for name in "abc":
        feedback.remember(name, Answer(name, ()))
    with pytest.raises(UnknownAnswerError, match="Ask the question again"):
        feedback.add("a", "up", "", "")
    feedback.add("c", "up", "", "")


def test_health_readiness_and_metrics(server: Server):
    assert request(server, "GET", "/healthz").json() == request(server, "GET", "/readyz").json() == {"status": "ok"}
    assert request(server, "HEAD", "/healthz").status == request(server, "HEAD", "/readyz").status == 200
    request(server, "POST", "/api/ask", {"question": QUESTION})
    request(server, "POST", "/api/ask", {"question": "How tall is the Eiffel Tower?"})
    response = request(server, "GET", "/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        'chatbot_http_requests_total{method="POST",route="/api/ask",status="200"}',
        'chatbot_stage_seconds_bucket{le="0.01",stage="retrieval"}',
        'chatbot_stage_seconds_count{stage="composing"}',
        'chatbot_answers_total{composer="extractive"}',
        "chatbot_refusals_total",
        "chatbot_index_articles 5.0",
        "chatbot_index_passages",
        "chatbot_index_age_seconds",
    ):
        assert line in response.text, line
    assert "Eiffel" not in response.text


@pytest.mark.parametrize(
    ("path", "body", "status", "kind", "detail"),
    [
        ("ask", {"question": " "}, 422, "question", "The question is empty"),
        ("ask", {"question": "x" * 2001}, 422, "question", "the limit is 2,000"),
        ("ask", {"question": "x", "histroy": []}, 422, "validation", "histroy: Unknown field; did you mean 'history'?"),
        ("ask", {"question": "x", "filter": {"tag": []}}, 422, "validation", "filter.tag: Unknown field"),
        ("ask", {"question": "x", "filter": {"since": "soon"}}, 422, "validation", "filter.since: Input should be a"),
        ("ask", {}, 422, "validation", "question: Field required."),
        ("search", {"query": "helmets"}, 422, "validation", "query: Unknown field"),
        ("ask", {"question": "x", "body": "y"}, 422, "validation", "body: Unknown field"),
        ("ask", {"question": 7}, 422, "validation", "question: Input should be a valid string."),
        ("ask", [], 422, "validation", "body: "),
        ("ask", b"{", 400, "validation", "Send a JSON object"),
        ("ask", {"question": "x", "history": [{"question": "q"}] * 51}, 422, "question", "51 turns; the limit is 50"),
        ("ask", {"question": "x", "page": "p" * 300_000}, 413, "too-large", "Send a shorter history"),
        ("search", {"question": "x", "limit": 101}, 422, "validation", "limit: Input should be less than or equal"),
        (
            "ask",
            {"question": "x", "filter": {"tags": ["t"] * 101}},
            422,
            "validation",
            "filter.tags: List should have at",
        ),
        (
            "ask",
            {"question": "x", "history": [1] * 60_000},
            422,
            "validation",
            "history: List should have at most 1000",
        ),
        ("feedback", {"answer_id": "x", "thumb": "sideways"}, 422, "validation", "thumb: Input should be 'up' or"),
        ("nowhere", {}, 404, "not-found", "/openapi.json"),
        ("articles", {}, 405, "method", "another method"),
    ],
)
def test_a_wrong_request_is_told_what_to_do(server: Server, path, body, status, kind, detail):
    found = request(server, "POST", f"/api/{path}", body).problem()
    assert found[:2] == (status, kind)
    assert detail in found[2]


def test_an_unknown_parameter_is_refused_by_name(server: Server):
    assert "tags: Unknown field" in request(server, "GET", "/api/articles?tags=x").problem()[2]


def test_hostile_text_in_a_question_comes_back_as_it_was(server: Server):
    question = '<script>alert("x")</script> \u202e ${7*7} \x00 lead generation?'
    answer = request(server, "POST", "/api/ask", {"question": question})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    halves = request(server, "POST", "/api/ask", b'{"question": "\\ud800 lead generation?"}')
    assert halves.status in (200, 422)


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory, model_folder):
    folder = tmp_path_factory.mktemp("strict")
    running = serve(
        vectorstore=with_model(folder / "vectorstore", model_folder),
        feedback=folder / "feedback.jsonl",
        allowed_origins="https://blog.example,http://localhost:8080",
        rate_limit=2,
        question_limit=40,
        history_limit=1,
    )
    yield running
    running.stop()


def test_only_allowed_origins_may_ask(strict_server: Server):
    ask = {"question": "What is lead generation?"}
    allowed = request(strict_server, "POST", "/api/ask", ask, Origin="https://blog.example")
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://blog.example"
    assert "Answer-Id" in allowed.headers["Access-Control-Expose-Headers"]
    own = request(strict_server, "POST", "/api/ask", ask, Origin=strict_server.url)
    assert own.status == 200
    other = request(strict_server, "POST", "/api/ask", ask, Origin="https://evil.example")
    assert other.problem()[:2] == (403, "origin")
    assert "Access-Control-Allow-Origin" not in other.headers
    for nonsense in ("null", "http://[", "https://blog.example.evil.example", "https://blog.example:8443", "x"):
        assert request(strict_server, "POST", "/api/ask", ask, Origin=nonsense).problem()[1] == "origin", nonsense
    for response in (allowed, own, other, request(strict_server, "POST", "/api/ask", ask)):
        assert "Origin" in response.headers["Vary"]


def test_a_preflight_of_an_allowed_origin(strict_server: Server):
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = request(strict_server, "OPTIONS", "/api/ask", Origin="https://blog.example", **headers)
    assert allowed.status == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://blog.example"
    assert request(strict_server, "OPTIONS", "/api/ask", Origin="https://evil.example", **headers).status == 403


def test_the_page_may_be_framed_by_allowed_sites_only(strict_server: Server):
    policy = request(strict_server, "GET", "/").headers["Content-Security-Policy"]
    assert policy == "frame-ancestors 'self' https://blog.example http://localhost:8080"


def test_whoever_asks_too_often_waits(strict_server: Server):
    statuses = [
        request(strict_server, "POST", "/api/ask", {"question": "What is SEO?"}, X_Forwarded_For="203.0.113.7")
        for _ in range(3)
    ]
    assert [response.status for response in statuses] == [200, 200, 429]
    assert statuses[-1].problem()[1] == "limit"
    assert 1 <= int(statuses[-1].headers["Retry-After"]) <= 60
    other = request(strict_server, "POST", "/api/ask", {"question": "What is SEO?"}, X_Forwarded_For="203.0.113.8")
    assert other.status == 200
    assert 'outcome="LimitError"' in request(strict_server, "GET", "/metrics").text


def test_the_owners_limits_hold(strict_server: Server):
    long = request(strict_server, "POST", "/api/ask", {"question": "What is lead generation? " * 2})
    assert "the limit is 40" in long.problem()[2]
    turns = [{"question": "q", "answer": "a"}] * 2
    followed = request(strict_server, "POST", "/api/ask", {"question": "x", "history": turns})
    assert "the limit is 1" in followed.problem()[2]


@pytest.mark.parametrize(
    ("client", "name"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:127.0.0.1", ""),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_clients_are_told_apart_by_network(client, name):
    assert limited_name(client) == name


@pytest.mark.parametrize("accepted", ["text/event-stream", "application/json"])
def test_the_questions_of_readers_who_leave_are_dropped(server: Server, accepted: str):
    parts = urlsplit(server.url)
    body = json.dumps({"question": QUESTION}).encode()
    head = (
        f"POST /api/ask HTTP/1.1\r\nHost: x\r\nAccept: {accepted}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    before = _left(server)
    readers = [socket.create_connection((parts.hostname, parts.port)) for _ in range(60)]
    for reader in readers:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reader.sendall(head.encode() + body)
    for reader in readers:
        reader.close()
    for _ in range(50):
        if _left(server) > before and "chatbot_questions_waiting 0.0" in request(server, "GET", "/metrics").text:
            break
        time.sleep(0.1)
    assert _left(server) > before
    assert request(server, "POST", "/api/ask", {"question": QUESTION}).json()["found"]


def _left(server: Server) -> float:
    found = re.search(r'questions_total{channel="api",outcome="left"} (\S+)', request(server, "GET", "/metrics").text)
    return float(found[1]) if found else 0.0


def test_every_field_is_documented(server: Server):
    described = request(server, "GET", "/openapi.json").json()
    paths = described["paths"]
    assert {"/api/ask", "/api/search", "/api/articles", "/api/feedback", "/healthz", "/metrics"} <= set(paths)
    for name, schema in described["components"]["schemas"].items():
        if not name.endswith(("In", "Out")):
            continue
        assert schema["description"], name
        for field, detail in schema["properties"].items():
            assert detail.get("description"), f"{name}.{field}"
            plain = detail.get("type") != "null" and not any(
                kind in str(detail) for kind in ("$ref", "enum", "boolean")
            )
            assert not plain or detail.get("examples"), f"{name}.{field} has no example"


@pytest.mark.parametrize(
    ("schema", "record", "more"),
    [
        (schemas.AnswerOut, Answer, {"text"}),
        (schemas.StatementOut, Statement, set()),
        (schemas.CitationOut, Citation, set()),
        (schemas.HitOut, Hit, set()),
        (schemas.PassageOut, Passage, set()),
        (schemas.SpanOut, Span, set()),
    ],
)
def test_what_is_documented_is_the_record(schema, record, more):
    assert set(schema.model_fields) == {field.name for field in fields(record)} | more


def test_an_article_tells_part_of_its_record():
    assert set(schemas.ArticleOut.model_fields) < {field.name for field in fields(Article)}


def test_an_endless_head_ends_the_connection(server: Server):
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as endless:
        endless.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ")
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            endless.sendall(b"a" * 65_536_000)
    assert request(server, "GET", "/healthz").status == 200


def test_a_chunked_body_may_not_be_larger_either(server: Server):
    parts = urlsplit(server.url)
    for path in ("/api/ask", "/v1/chat/completions"):
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        pieces = (b"x" * 50_000 for _ in range(8))
        connection.request("POST", path, pieces, {"Content-Type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == 413, path
        connection.close()


def test_wrong_requests_count_too(strict_server: Server):
    statuses = [request(strict_server, "POST", "/api/ask", {"q": 1}, X_Forwarded_For="203.0.113.9") for _ in range(3)]
    assert [response.status for response in statuses] == [422, 422, 429]
    path, client = "/v1/chat/completions", "203.0.113.10"
    refused = [request(strict_server, "POST", path, {"messages": 1}, X_Forwarded_For=client) for _ in range(3)]
    assert [response.status for response in refused] == [400, 400, 429]
