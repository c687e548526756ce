import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.articles import read_article, read_corpus, read_text
from chatbot.errors import ArticleError, CorpusError, SettingsError
from chatbot.records import Article, Problem

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture
def read(tmp_path):
    """Write one file and read it."""

    def read_one(content, name="post.md", **options):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_article(tmp_path, file, **options)

    return read_one


@pytest.mark.parametrize(
    "content",
    [
        "---\ntitle: Leads\ntags: [a, b]\ndraft: false\n---\nBody",
        "---\ntitle: Leads\ntags:\n- a\n- b\n...\nBody",
        "\ufeff---\r\ntitle: Leads\r\ntags: a, b\r\n---\r\nBody",
        "---\rtitle: Leads\rtags: a, b\r---\rBody",
        "\n\n--- \ntitle: Leads\ntags: a, b\n---  \nBody",
        "---yaml\ntitle: Leads\ntags: a, b\n---\nBody",
        "---\ntitle: Other\ntitle: Leads\ntags: a, b\n---\nBody",
        '+++\ntitle = "Leads"\ntags = [\n  "a",\n  "b",\n]\n[params]\ntitle = "Other"\n+++\nBody',
        '+++\r\ntitle = "Leads"\r\ntags = ["a", "b"]\r\n+++\r\nBody',
        '---\ntitle = "Leads"\ntags = ["a", "b"]\n---\nBody',
        '---toml\ntitle = "Leads"\ntags = ["a", "b"]\n---\nBody',
        '{\n  "title": "Leads",\n  "tags": ["a", "b"],\n  "author": {"title": "Dr"}\n}\nBody',
        '{"title": "Leads", "tags": "a, b"}\nBody',
        ';;;\n"title": "Leads",\n"tags": ["a", "b"]\n;;;\nBody',
        '---json\n{"title": "Leads", "tags": ["a", "b"]}\n---\nBody',
        '---js\n{\n  title: "Leads",\n  tags: ["a", "b"],\n  go() { return 1 },\n}\n---\nBody',
        '---js\nlet title = "Leads";\nconst tags = ["a", "b"];\nlet other = {\n\ttitle: "Other",\n};\n---\nBody',
    ],
)
def test_front_matter_in_every_form(read, tmp_path, content):
    article = read(content)
    assert (article.title, article.tags, article.body) == ("Leads", ("a", "b"), "Body")
    text = read_text(tmp_path / "post.md")
    assert text[article.offset :] == "Body"
    for key, word in (("title", "Leads"), ("tags", "b")):
        span = article.sources[key]
        assert " ".join(text[span.start : span.end].split()) == span.text
        assert key in span.text
        assert word in span.text
        assert span.kind == "field"


def test_the_source_of_tags_goes_to_the_last_item(read):
    article = read("---\ntags: # all\n  - a\n  - b\n\n# next\ndate: 2024-07-13\n---\nBody")
    assert article.sources["tags"].text == "tags: # all - a - b"
    assert article.sources["date"].text == "date: 2024-07-13"


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("Just prose.", "Just prose."),
        ("---\nprose between rules\n---\nmore", "---\nprose between rules\n---\nmore"),
        ("---\nA rule that opens nothing", "---\nA rule that opens nothing"),
        ("---\n---\nBody", "Body"),
        ("---\n# a comment\n---\nBody", "Body"),
        ("--- title\nprose", "--- title\nprose"),
        ("{% include a %}Body", "\u00a0" * 15 + "Body"),
    ],
)
def test_no_front_matter_is_fine(read, content, body):
    article = read(content)
    assert article.body == body
    assert article.metadata == {}


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("---\ntitle: a\ntopic: b: c\n---\nBody", 3, "YAML"),
        ("\n---\ntitle: [\n---\nBody", 4, "YAML"),
        ("---\ntitle: a\n\tb: c\n---\nBody", 3, "YAML"),
        ("---\nwhen: !!timestamp never\n---\nBody", None, "YAML"),
        ('+++\ntitle = "a"\ndate = \n+++\nBody', 3, "TOML"),
        ('{\n  "title": "a",,\n}\nBody', 2, "JSON"),
        ("---json\n{\n'a': 1}\n---\nBody", 3, "JSON"),
        (b"---\ntitle: caf\xc3\xa9\n---\n\x93bad\x94", 4, "UTF-8"),
        (b"fine\n\x00\x01\x02", 2, "zero bytes"),
        (b"\xff\xfea", 1, "UTF-16"),
        (b"one\n\x81", 2, "Windows-1252"),
    ],
)
def test_a_broken_file_is_a_problem_with_its_line(read, content, line, word):
    problem = read(content)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.line, problem.kind) == ("post.md", line, "unreadable")
    assert word in problem.reason
    assert problem.reason.endswith(".")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfa\xc3\xa9\r\nb", "aé\r\nb"),
        ("aé\r\nb".encode("utf-16"), "aé\r\nb"),
        (b"\xfe\xff" + "aé\nb".encode("utf-16-be"), "aé\nb"),
        ("Words and words".encode("utf-16-le"), "Words and words"),
        ("Words and words".encode("utf-16-be"), "Words and words"),
        ("aé".encode("utf-32"), "aé"),
        (b"caf\xe9 \x93x\x94", "café “x”"),
        (b"", ""),
    ],
)
def test_encodings(tmp_path, data, text):
    file = tmp_path / "a.md"
    file.write_bytes(data)
    assert read_text(file) == text


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path):
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (problem,) = read_corpus(tmp_path)
    assert problem.reason == "The file can't be read: No such file or directory."
    with pytest.raises(ArticleError):
        read_text(tmp_path / "gone.md")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("---\nTitle: Upper\n---\nx", "Upper"),
        ("---\ntitle: 2024\n---\nx", "2024"),
        ("---\ntitle: No\n---\nx", "No"),
        ("---\ntitle: '  two\n\n  lines '\n---\nx", "two lines"),
        ("---\ntitle: {{ page.title }}\n---\n# Heading", "Heading"),
        ("---\ntitle: 'All {{ tag }} posts'\n---\nx", "All posts"),
        ("---\ntitle:\n---\n# A *bold* `c_d_e` [link](/x) &amp; __more__ {#id} ##\n", "A bold c_d_e link & more"),
        ("```\n# comment\n```\n\n# Real\n", "Real"),
        ("Setext *title*\r\n===\r\n\r\n# Later\r\n", "Setext title"),
        ("## Section only", "Lead magnets"),
        ("#hashtag", "Lead magnets"),
    ],
)
def test_title(read, content, title):
    assert read(content, "2024-07-13-lead-magnets.md").title == title


def test_the_source_of_a_heading_title_is_the_heading(read):
    content = "---\ntags: a\n---\nWords\n\n# The *title*\n"
    span = read(content).sources["title"]
    assert content[span.start : span.end] == "The *title*"
    assert (span.text, span.kind) == ("The title", "heading")
    assert "title" not in read("Words", "a.md").sources


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-07-13", date(2024, 7, 13)),
        ("2024-07-13 23:30:00 -0500", date(2024, 7, 13)),
        ("2024-07-13T23:30:00Z", date(2024, 7, 13)),
        ("'2024-07-13T23:30:00.123+02:00'", date(2024, 7, 13)),
        ("July 13, 2024", date(2024, 7, 13)),
        ("13 Jul 2024", date(2024, 7, 13)),
        ("Sat, 13 Jul 2024 10:00:00 EST", date(2024, 7, 13)),
        ("2024/07/13", date(2024, 7, 13)),
        ("20240713", date(2024, 7, 13)),
        ("July 2024", date(2024, 7, 1)),
        ("2024-13-45", date(2020, 1, 2)),
        ("Friday", date(2020, 1, 2)),
        ("10:30", date(2020, 1, 2)),
        ("Last Modified", date(2020, 1, 2)),
        ("", date(2020, 1, 2)),
        ("true", date(2020, 1, 2)),
        ("[2024]", date(2020, 1, 2)),
    ],
)
def test_date(read, written, day):
    article = read(f"---\ndate: {written}\n---\nx", "2020-01-02-name.md")
    assert article.date == day
    assert ("date" in article.sources) == (day.year == 2024)


def test_date_of_toml_and_other_keys(read):
    article = read("+++\ndate = 2024-07-13T23:30:00-05:00\nlastmod = 2024-08-01\n+++\nx")
    assert (article.date, article.updated) == (date(2024, 7, 13), date(2024, 8, 1))
    assert article.metadata == {"date": "2024-07-13T23:30:00-05:00", "lastmod": "2024-08-01"}
    assert read("---\npubDate: 2024-07-13\nlast_modified_at: Aug 1 2024\n---\nx").updated == date(2024, 8, 1)
    assert read("x", "2024-02-31-never.md").date is None
    assert read("x", "2024-07-13-bundle/index.md").date == date(2024, 7, 13)


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("tags: [b, a, b, 3, 2024-07-13, no, null, {name: c}]", ("b", "a", "3", "2024-07-13", "no", "c")),
        ("tags: digital marketing, SEO , seo", ("digital marketing", "SEO")),
        ("tags: digital marketing", ("digital marketing",)),
        ("tags:", ()),
        ("tags: 7", ("7",)),
        ("Topics: [a]\ncategories: b\nkeywords: [c, a]", ("a", "b", "c")),
    ],
)
def test_tags(read, written, tags):
    article = read(f"---\n{written}\n---\nx")
    assert article.tags == tags
    assert ("tags" in article.sources) == bool(tags)


@pytest.mark.parametrize(
    ("front", "name", "slug", "path"),
    [
        ("a: b", "posts/2024-07-13-Lead Magnets.md", "lead-magnets", "/posts/lead-magnets/"),
        ("a: b", "über_uns.md", "über_uns", "/posts/%C3%BCber_uns/"),
        ("a: b", "guides/lead-magnets/index.md", "lead-magnets", "/posts/lead-magnets/"),
        ("a: b", "guides/README.md", "guides", "/posts/guides/"),
        ("a: b", "_index.md", "index", "/posts/index/"),
        ("a: b", "???.md", "article", "/posts/article/"),
        ("slug: magnets", "x.md", "magnets", "/posts/magnets/"),
        ("slug: 42", "x.md", "42", "/posts/42/"),
        ("slug: /docs/magnets", "x.md", "magnets", "/docs/magnets/"),
        ("permalink: /a/b.html", "x.md", "b", "/a/b.html"),
        ("permalink: a//b/index.html", "x.md", "b", "/a/b/index.html"),
        ("url: /a/b/\nslug: c", "x.md", "c", "/a/b/"),
        ("permalink: /", "x.md", "x", "/"),
        ("permalink: /:year/:month/:title/", "2024-07-13-x.md", "x", "/2024/07/x/"),
        ("permalink: /:categories/:title/", "x.md", "x", "/posts/x/"),
        ("permalink: pretty", "x.md", "x", "/posts/x/"),
        ("permalink: '/{{ page.fileSlug }}/'", "x.md", "x", "/posts/x/"),
        ("permalink: javascript:alert(1)", "x.md", "javascript:alert(1)", "/javascript:alert(1)"),
    ],
)
def test_slug_and_url(read, front, name, slug, path):
    article = read(f"---\n{front}\n---\nx", name, site_url="https://example.com/")
    assert (article.slug, article.url) == (slug, f"https://example.com{path}")
    assert article.path == name


def test_full_permalinks_and_patterns(read):
    assert read("---\npermalink: https://a.org/b\n---\nx", site_url="https://example.com").url == "https://a.org/b"
    assert read("x", "2024-07-13-a.md").url == "/posts/a/"
    assert read("x", "2024-07-13-a.md", url_pattern="/{year}/{month}/{day}/{slug}").url == "/2024/07/13/a"
    assert read("x", "docs/a/index.md", url_pattern="/{path}/").url == "/docs/a/"
    assert read("x", "a.md", url_pattern="/{year}/{slug}/").url == "/a/"


def test_description_and_image(read):
    article = read("---\nsummary: In\n  short\ncover: {image: /a.png}\n---\nx")
    assert (article.description, article.image) == ("In short", "/a.png")
    assert read("---\nimages: [/b.png, /c.png]\n---\nx").image == "/b.png"
    assert read("---\nimage:\nthumbnail: /d.png\n---\nx").image == "/d.png"


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        ("---\ndraft: true\n---\nx", "a.md", "draft"),
        ("---\nDraft: 'Yes'\n---\nx", "a.md", "draft"),
        ("+++\ndraft = true\n+++\nx", "a.md", "draft"),
        ("x", "_drafts/a.md", "draft"),
        ("---\npublished: false\n---\nx", "a.md", "not published"),
        ("---\npermalink: false\n---\nx", "a.md", "permalink"),
        ("---\ntitle: a\n---\n \n", "a.md", "empty"),
        ("", "a.md", "empty"),
        ("{% include list %}\n<!-- later -->", "a.md", "template code"),
    ],
)
def test_left_out(read, content, name, word):
    problem = read(content, name)
    assert isinstance(problem, Problem)
    assert problem.kind == "left out"
    assert word in problem.reason


def test_what_is_published_stays(read):
    for front in ("draft: false", "published: true", "published: 2030-01-01", "date: 2999-01-01", "draft:"):
        assert isinstance(read(f"---\n{front}\n---\nx"), Article)


def test_metadata_is_plain_data(read):
    article = read(
        "---\nauthor: &a {Name: Ann, born: 1990-01-01}\neditor: *a\n"
        "n: 3\nf: 1.50\nlist: &l [1, *l]\nb: !!binary aGk=\n---\nx"
    )
    assert article.metadata["author"] == article.metadata["editor"] == {"Name": "Ann", "born": "1990-01-01"}
    assert article.metadata["n"] == 3
    assert article.metadata["f"] == "1.50"
    assert json.loads(json.dumps(article.metadata))["list"][0] == 1


def test_template_code_in_front_matter_costs_its_line_only(read):
    article = read("---\nurl: {{ page.url }}\ntitle: Leads\n---\nx")
    assert (article.title, article.url) == ("Leads", "/posts/post/")


def test_the_body_has_the_length_of_its_part_of_the_file(read, tmp_path):
    article = read("---\r\ntitle: a\r\n---\r\n\r\n{% note %}\r\nCall us.\r\n")
    text = read_text(tmp_path / "post.md")
    assert text[article.offset + article.body.index("Call") :] == "Call us.\r\n"
    assert len(article.body) == len(text) - article.offset


def test_a_corpus_is_read_in_order(tmp_path):
    for name in ("b.md", "a/z.MDX", "a.markdown", "c.txt", ".hidden/a.md", ".a.md", "x/node_modules/a.md", "d.md/e.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("---\ndraft: [\n---\n" if name == "b.md" else "Words")
    records = list(read_corpus(tmp_path))
    assert [record.path for record in records] == ["a.markdown", "a/z.MDX", "b.md", "d.md/e.md"]
    assert [type(record) for record in records] == [Article, Article, Problem, Article]


def test_slugs_are_unique(tmp_path):
    for name in ("a/post.md", "b/post.md", "c/post-2.md", "d/post.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("Words")
    assert [record.slug for record in read_corpus(tmp_path)] == ["post", "post-2", "post-2-2", "post-3"]
    assert {record.url for record in read_corpus(tmp_path)} == {"/posts/post/", "/posts/post-2/"}


def test_a_corpus_without_articles_is_an_error(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    for root, words in ((tmp_path / "no", "does not exist"), (tmp_path / "a.txt", "not a folder"), (tmp_path, ".md")):
        with pytest.raises(CorpusError, match=words):
            read_corpus(root)


def test_an_unknown_placeholder_is_an_error(tmp_path):
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(SettingsError, match=r"\{title\}"):
        read_corpus(tmp_path, url_pattern="/{title}/")


def test_the_corpus_of_this_repository():
    articles = {record.slug: record for record in read_corpus(CORPUS, site_url="https://leadcraftr.com")}
    assert len(articles) == 5
    campaigns = articles["what-are-lead-generation-campaigns"]
    assert campaigns.title == "What Are Lead Generation Campaigns?"
    assert campaigns.url == "https://leadcraftr.com/posts/what-are-lead-generation-campaigns/"
    assert campaigns.date == date(2024, 7, 13)
    assert campaigns.tags == ("post", "marketing strategy")
    assert campaigns.image == "/media/what-are-lead-generation-campaigns.webp"
    assert campaigns.sources["date"].text == "date: 2024-07-13"


HEADS = [
    "---", "+++", ";;;", "{", "}", "...", "title: ", 'title = "a"', '"a": 1', "date: ", "tags: [", "]", "- a", "&a ",
    "*a", "!!int ", "!!bool x", "? ", "{{ x }}", "2024-07-13", "permalink: ", "draft: true", "---js", "# H", "===",
    "\t", " ", "\n", "\n", "\n", "\r\n", "\r", "\ufeff", "é", "\x00", "\u2028", "9" * 5000, "[" * 2000,
]  # fmt: skip


@given(st.lists(st.sampled_from(HEADS) | st.text(max_size=8), max_size=30).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_text_raises_and_offsets_hold(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.mdx"
    file.write_bytes(text.encode("utf-8", "replace"))
    record = read_article(file.parent, file)
    if isinstance(record, Article):
        whole = read_text(file)
        assert len(record.body) == len(whole) - record.offset
        assert record.title
        assert record.slug
        assert json.dumps(record.metadata)
        for span in record.sources.values():
            quoted = " ".join(whole[span.start : span.end].split())
            assert quoted
            assert quoted == span.text or span.kind == "heading"


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "bytes.md"
    file.write_bytes(data)
    assert read_article(file.parent, file).path == "bytes.md"
