"""A database with as many readers as wanted, and a letter of the usual size."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

from publisher.deliver.compiled import SLOT, Compiled, compile_letter
from publisher.deliver.message import Letter
from publisher.storage.database import open_database
from publisher.subscribers.tokens import Keys

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
BULLETIN = "daily"
DOMAIN = "news.example"
KEYS = Keys({1: b"k" * 32}, b"s" * 32)
_LINKS = "".join(f"<a href='https://{DOMAIN}/-/{page}/{SLOT}'>{page}</a>\n"
                 for page in ("leave", "preferences"))  # fmt: skip
_ITEM = """<table role="presentation" style="width:100%;border-collapse:collapse"><tr><td style="\
padding:12px 24px;font-family:'Noto Sans SC',sans-serif;font-size:16px;line-height:1.6">
<h2 style="margin:0 0 8px;font-size:20px"><a href="https://news.example/zh/daily/{n}/">
第 {n} 条：新的语言模型发布，推理成本下降一半</a></h2>
<p style="margin:0 0 8px">研究人员公布了一种新的训练方法，在公开的测试中取得了更好的结果，\
代码和数据都可以下载。</p>
<p lang="en" style="margin:0 0 8px;color:#444">Researchers published a new way of training; it does
better in open tests, costs half as much to run, and its code and data can be had by anybody.</p>
<p style="margin:0;color:#666">为什么重要：小团队也能负担得起。 <a href="https://source.example/{n}">来源</a></p>
</td></tr></table>
"""


def letter() -> Compiled:
    """A bilingual issue as it goes out: base64, 60 to 70 KB, with a reader's links in it."""
    items = "".join(_ITEM.format(n=number) for number in range(1, 50))
    html = f"<!doctype html>\n<html lang='zh'><body>\n{items}{_LINKS}</body></html>\n"
    text = "第一条：新的语言模型发布\n" * 60 + f"https://{DOMAIN}/-/leave/{SLOT}\n"
    return compile_letter(Letter(
        subject="AI 前沿日报 · 2026-05-01 🏆", sender_name="AI 前沿日报",
        sender_address=f"daily@{DOMAIN}", recipient="", date=NOW, key="", seed="a" * 32,
        domain=DOMAIN, language_tags=("zh", "en"), html=html, text=text,
        list_id=f"{BULLETIN}.zh.{DOMAIN}", unsubscribe_url=f"https://{DOMAIN}/-/leave/{SLOT}",
        unsubscribe_address=f"u+{SLOT}@{DOMAIN}",
    ))  # fmt: skip


_FILL = """
BEGIN;
CREATE TEMP TABLE readers AS
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)
    SELECT i, random() & 0x7fffffffffffffff AS id, 'reader' || i || '@d' || (i % 500) || '.example'
        AS address FROM n;
INSERT INTO subscribers (id, address, match, domain, name, state, source, soft_count, created,
                         changed)
    SELECT id, address, address, substr(address, instr(address, '@') + 1), '', 'ok', '', 0,
           '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM readers ORDER BY id;
INSERT INTO subscriptions (subscriber_id, bulletin, edition, state, ended_by, asked, confirmed,
                           changed)
    SELECT id, 'daily', 'zh', 'active', '', '2026-01-01 00:00:00.000000',
           '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM readers ORDER BY id;
COMMIT;
DROP TABLE readers;
"""


def fill(path: Path, number: int) -> Path:
    """A database of so many confirmed readers, written past the program."""
    engine = open_database(f"sqlite:///{path}")
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.executescript(_FILL.replace(":number", str(number)))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def fresh(template: Path, path: Path) -> Path:
    """A copy that nobody has sent anything from."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return Path(shutil.copyfile(template, path))
