import gzip
import json
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from chatbot.channels.assets import COLOR, FOLDER, bare, loader, mount_assets
from chatbot.channels.demo import POLICY, mount_demo

LOADER_LIMIT = 5 * 1024
PANEL_LIMIT = 25 * 1024
MODULES = sorted(FOLDER.glob("*.js"))
LANGUAGES = sorted(FOLDER.glob("words-*.js"))
STRING = re.compile(r'^  (\w+):\s+"(.*)",$', re.M)


def served(folder: Path = FOLDER, color: str = COLOR) -> tuple[TestClient, str]:
    app = FastAPI()
    version = mount_assets(app, color=color, folder=folder)
    mount_demo(app, site_url="https://site.example/")
    return TestClient(app), version


def sent(path: Path) -> bytes:
    return bare(path.read_text(encoding="utf-8")).encode()


def zipped(content: bytes) -> int:
    packer = zlib.compressobj(9, wbits=31)
    return len(packer.compress(content) + packer.flush())


def node(script: str) -> str:
    program = shutil.which("node")
    if not program:
        pytest.skip("node is not installed")
    done = subprocess.run([program, "--input-type=module"], input=script, capture_output=True, text=True, cwd=FOLDER)
    assert done.returncode == 0, done.stderr
    return done.stdout


def strings(module: Path) -> dict[str, str]:
    return dict(STRING.findall(module.read_text(encoding="utf-8")))


# ---- sizes


def test_loader_and_panel_stay_small(record_property: Callable[[str, object], None]) -> None:
    client, _ = served()
    small = zipped(client.get("/widget.js").content)
    panel = sum(zipped(sent(path)) for path in MODULES if path.name != "loader.js" and path not in LANGUAGES)
    language = max(zipped(sent(path)) for path in LANGUAGES)
    sizes = f"widget, bytes gzipped: loader {small}, panel {panel}, another language up to {language}"
    record_property("sizes", sizes)
    sys.stdout.write(f"{sizes}\n")
    assert small <= LOADER_LIMIT, sizes
    assert panel + language <= PANEL_LIMIT, sizes


# ---- how the files are served


def test_the_loader_has_a_stable_address_and_is_kept_for_an_hour() -> None:
    client, version = served()
    answer = client.get("/widget.js", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert f'"version": "{version}"' in answer.text


def test_modules_of_the_present_version_are_kept_for_good() -> None:
    client, version = served()
    for path in MODULES:
        answer = client.get(f"/widget/{version}/{path.name}")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.content == sent(path)


def test_a_page_from_before_an_upgrade_gets_the_present_modules_and_asks_again_soon() -> None:
    client, _ = served()
    answer = client.get("/widget/0123456789ab/panel.js")
    assert answer.status_code == 200
    assert answer.content == sent(FOLDER / "panel.js")
    assert answer.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fassets.py", "%2e%2e%2fassets.py"])
def test_nothing_else_is_served(name: str) -> None:
    client, version = served()
    assert client.get(f"/widget/{version}/{name}").status_code == 404


def test_the_version_changes_with_any_byte(tmp_path: Path) -> None:
    copy = tmp_path / "widget"
    shutil.copytree(FOLDER, copy)
    before = served(copy)[1]
    assert before == served(FOLDER)[1]
    with (copy / "strings.js").open("a") as file:
        file.write("\n")
    assert served(copy)[1] != before


def test_files_come_gzipped_to_those_who_take_it() -> None:
    client, version = served()
    url = f"/widget/{version}/panel.js"
    with client.stream("GET", url, headers={"Accept-Encoding": "br, gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == sent(FOLDER / "panel.js")
    for refused in ("identity", "gzip;q=0", "br"):
        plain = client.get(url, headers={"Accept-Encoding": refused})
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == "Accept-Encoding"


def test_an_unchanged_file_is_not_sent_again() -> None:
    client, _ = served()
    etag = client.get("/widget.js").headers["etag"]
    for known in (etag, f'"other", W/{etag}'):
        answer = client.get("/widget.js", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["cache-control"] == "public, max-age=3600"
    assert client.get("/widget.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_that_the_server_is_up() -> None:
    client, _ = served()
    answer = client.head("/widget.js", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


@pytest.mark.parametrize("color", ["tomato", "#abc", '"); alert(1); ("', "</script><b>", "\\"])
def test_a_colour_stays_a_string(color: str) -> None:
    source = loader((FOLDER / "loader.js").read_text(encoding="utf-8"), "v1", color)
    build = re.search(r"const BUILD = (\{.*\});", source)
    assert build is not None
    assert json.loads(build[1]) == {"version": "v1", "color": color}


def test_comments_are_not_sent_and_everything_else_is(tmp_path: Path) -> None:
    for path in MODULES:
        (tmp_path / path.name).write_bytes(sent(path))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    assert "/**" not in (tmp_path / "panel.js").read_text()
    assert sent(FOLDER / "panel.js").count(b"\n") == (FOLDER / "panel.js").read_bytes().count(b"\n")
    names = json.dumps([path.name for path in MODULES if path.name != "loader.js"])
    node(f"""
        import assert from "node:assert";
        for (const name of {names}) {{
          const [written, sent] = [await import("./" + name), await import("{tmp_path}/" + name)];
          assert.deepEqual(Object.keys(sent), Object.keys(written), name);
          const values = Object.keys(written).filter((key) => typeof written[key] !== "function");
          for (const key of values) assert.deepEqual(sent[key], written[key], key);
        }}
    """)


# ---- the sources


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_modules_parse(module: Path) -> None:
    program = shutil.which("node")
    if not program:
        pytest.skip("node is not installed")
    kind = "commonjs" if module.name == "loader.js" else "module"
    command = [program, "--check", f"--input-type={kind}", "-"]
    done = subprocess.run(command, input=module.read_bytes(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_text_becomes_markup_or_code(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|srcdoc|\beval\(|new Function"
    assert not re.search(forbidden, source)
    assert not re.search(r"document\.cookie|localStorage|indexedDB", source)
    assert not re.search(r"""setAttribute\(["'](style|on\w+)""", source)


def test_every_language_has_every_string_and_the_same_blanks() -> None:
    english = strings(FOLDER / "strings.js")
    assert len(english) > 40
    assert len(LANGUAGES) == 8
    for module in LANGUAGES:
        own = strings(module)
        assert own.keys() == english.keys(), module.name
        for key, text in own.items():
            assert text
            assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", english[key]), (module.name, key)


def test_the_launcher_speaks_every_language_of_the_panel() -> None:
    source = (FOLDER / "loader.js").read_text(encoding="utf-8")
    words = re.search(r"const WORDS = \{(.*?)\};", source, re.S)
    assert words is not None
    codes = set(re.findall(r"^    (\w\w): \[", words[1], re.M))
    assert codes == {"en", *(path.stem.removeprefix("words-") for path in LANGUAGES)}


def test_the_panel_has_the_words_of_an_answer() -> None:
    node("""
        import { answerStrings } from "./answer.js";
        import { english, wordsOf } from "./strings.js";
        import assert from "node:assert";
        for (const key in answerStrings) assert.ok(key in english, key);
        assert.equal((await wordsOf("de")).send, "Senden");
        assert.equal((await wordsOf("xx")).send, "Send");
    """)


def test_events_are_read_wherever_the_stream_is_cut() -> None:
    node("""
        import { events } from "./stream.js";
        import assert from "node:assert";
        const text =
          ": hello\\nretry: 1000\\nid: a1\\n\\n" +
          "event: sources\\r\\nid: a1\\r\\ndata: {\\"n\\":\\r\\ndata: 1}\\r\\n\\r\\n" +
          ": heartbeat\\n\\nevent: answer\\rdata:é 😀\\r\\revent: unfinished\\ndata: x";
        const bytes = new TextEncoder().encode(text);
        async function read(cuts) {
          const parts = cuts.map((cut, index) => bytes.slice(cut, cuts[index + 1]));
          const all = [];
          for await (const { type, id, data } of events(ReadableStream.from(parts))) all.push([type, id, data]);
          return all;
        }
        const expected = [["sources", "a1", '{"n":\\n1}'], ["answer", "a1", "é 😀"]];
        for (let cut = 0; cut < bytes.length; cut += 1) assert.deepEqual(await read([0, cut]), expected, `at ${cut}`);
        assert.deepEqual(await read([...bytes.keys()]), expected);
    """)


def test_only_web_addresses_and_paths_are_followed() -> None:
    node("""
        globalThis.document = { baseURI: "https://site.example/blog/", fragmentDirective: {} };
        const { safeUrl } = await import("./answer.js");
        import assert from "node:assert";
        const refused = [
          "", "javascript:alert(1)", " java\\tscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:https://x/1",
          "//other.example/", "/\\\\other.example/", "/\\t/other.example/", "https://user:word@x.example/",
          "ftp://x/", "https://", "post", null, undefined, 7,
        ];
        for (const url of refused) assert.equal(safeUrl(url), "", String(url));
        assert.equal(safeUrl("/posts/a/#b:~:text=c,d"), "https://site.example/posts/a/#b:~:text=c,d");
        assert.equal(safeUrl("HTTPS://x.example/ä b"), "https://x.example/%C3%A4%20b");
        assert.equal(safeUrl("/posts/a/", "https://other.example/x"), "https://other.example/posts/a/");
        delete globalThis.document.fragmentDirective;
        assert.equal(safeUrl("/posts/a/#b:~:text=c,d"), "https://site.example/posts/a/#b");
        assert.equal(safeUrl("/posts/a/#:~:text=c"), "https://site.example/posts/a/");
    """)


def test_steps_are_copied_with_their_numbers() -> None:
    node("""
        import assert from "node:assert";
        import { plainText } from "./clipboard.js";
        const steps = [["So:", "sentence"], ["Boil", "item", 1], ["low", "item"], ["Pour", "item", 2], ["1 l", "row"]];
        const statements = steps.map(([text, kind, number = 0]) => ({ text, kind, number, citations: [1] }));
        const copied = plainText({ statements, citations: [] });
        assert.equal(copied, "So: [1]\\n\\n1. Boil [1]\\n- low [1]\\n2. Pour [1]\\n\\n- 1 l [1]");
        delete statements[1].number;
        assert.ok(plainText({ statements, citations: [] }).includes("\\n- Boil"), "a server of before");
    """)


# ---- the demonstration site


@pytest.mark.parametrize("path", ["/demo", "/demo/first-reply"])
def test_demo_pages_keep_their_own_strict_policy(path: str) -> None:
    client, _ = served()
    page = client.get(path)
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in POLICY
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|data:", page.text)
    assert '<script src="http://testserver/widget.js" defer' in page.text
    for address in re.findall(r'(?:src|href)="(http://testserver/[^"#]+)', page.text):
        assert client.get(address).status_code == 200, address


def test_demo_gives_the_lines_to_copy() -> None:
    text = served()[0].get("/demo").text
    assert "&lt;script src=&quot;http" not in text
    assert '&lt;script src="http://testserver/widget.js" defer&gt;&lt;/script&gt;' in text
    assert 'allowed_origins = ["https://site.example"]' in text
    assert "{{" not in text


def test_a_hostile_host_header_stays_text() -> None:
    client, _ = served()
    page = client.get("/demo", headers={"Host": 'x"><b>'})
    assert "<b>" not in page.text
