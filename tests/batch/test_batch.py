"""Many surveys in one go: what is made, what is not made again, what fails and how it is told."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest
from batch_surveys import change, command, contents, environment, here, project, rows
from lxml import html

from lfs_migration.batch import Outcome, jobs_of, run_batch, state
from lfs_migration.batch.batch import share_of
from lfs_migration.errors import LfsMigrationError

pytestmark = pytest.mark.slow
BATCH = ("batch", "projects", "--out", "out")
RECIPE = """
weighting:
  reference: made for tests
  margins:
    population:
      {path: population.csv, columns: {region_code: island}, total: residents, source: tests, date: "2020-01-01"}
  steps:
    - given_weights: {weight: w_hh}
    - calibrate: {method: raking, margins: [{file: population, variables: [region_code]}]}
"""


def states(office: Path) -> dict[str, object]:
    paths = sorted((office / "projects").glob("*/project.yaml"))
    return {job.name: state(job) for job in jobs_of(paths, {"out": office / "out"}, {})}


def test_a_second_run_does_nothing(office):
    before = {path: path.stat().st_mtime_ns for path in (office / "out").rglob("*") if path.is_file()}
    done = here(*BATCH, folder=office)
    assert done.returncode == 0
    assert set(rows(done).values()) == {"unchanged"}
    kept = {path: moment for path, moment in before.items() if path.name not in ("batch.jsonl", "surveys.html")}
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_one_survey_is_published_as_by_run(office):
    own = office / "projects" / "atlantis2001"
    words = ("--data", own / "data", "--tables", own / "tables.yaml", "--out", "alone")
    done = here("run", own / "atlantis-2001.yaml", *words, folder=office)
    assert done.returncode == 0, done.stderr
    out = contents(office / "out")
    assert contents(office / "alone") == {name: file for name, file in out.items() if "atlantis-2001" in name}


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("data/emigrants.csv", "a1,1,1,30", "a1,1,1,31", "emigrants.csv is another one"),
        ("atlantis-2001.yaml", "Atlantis 2020", "Atlantis", "atlantis-2001.yaml"),
        ("tables.yaml", "[[sex]]", "[]", "the file of tables is not the same"),
        ("project.yaml", "data: data", "data: data\nlanguages: [fr]", "languages en then, fr now"),
    ],
)
def test_what_changed_is_made_again_and_nothing_else(office, file, old, new, why):
    change(office / "projects" / "atlantis2001" / file, old, new)
    found = states(office)
    assert any(why in reason for reason in found["atlantis2001"].reasons), found["atlantis2001"].reasons
    assert found["atlantis2002"].done and found["atlantis2003"].done


@pytest.mark.parametrize("what", ["changed", "gone", "withdrawn", "cut off"])
def test_a_publication_that_is_not_what_it_was_is_made_again(office, what):
    folder = office / "out" / "atlantis-2002"
    if what == "changed":
        change(folder / "tables.csv", "E02", "E03")
    elif what == "gone":
        (folder / "report.html").unlink()
    elif what == "withdrawn":
        (folder / "manifest.json").rename(folder / ".manifest.withdrawn.json")
    else:
        (folder / "manifest.json").write_text("{", encoding="utf-8")
    before = contents(office / "out" / "atlantis-2001")
    found = states(office)
    assert not found["atlantis2002"].done and found["atlantis2001"].done
    done = here(*BATCH, folder=office)
    assert rows(done) == {"atlantis2001": "unchanged", "atlantis2002": "published", "atlantis2003": "unchanged"}
    assert contents(office / "out" / "atlantis-2001") == before
    assert states(office)["atlantis2002"].done


def test_bad_surveys_fail_in_a_line_each_and_spoil_nothing(office):
    bad = office / "projects"
    (project(bad, 2011) / "data" / "persons.csv").unlink()
    (project(bad, 2012) / "data" / "emigrants.csv").write_bytes(b"hh,line\n\xff\xfe\0")
    (project(bad, 2013) / "atlantis-2013.yaml").write_text("country: ATL\n  name: [", encoding="utf-8")
    strict = project(bad, 2014, "strict: true\n")
    change(strict / "data" / "emigrants.csv", "a1,1,1,30,29,2019", "a1,1,1,30,29,2025")
    impossible = project(bad, 2015)
    with (impossible / "atlantis-2015.yaml").open("a", encoding="utf-8") as file:
        file.write(RECIPE)
    (impossible / "data" / "population.csv").write_text("island,residents\n01,100\n77,900\n", encoding="utf-8")
    done = here(*BATCH, "--jobs", "2", folder=office)
    assert done.returncode == 3
    outcomes = rows(done)
    assert [outcomes[f"atlantis{year}"] for year in range(2011, 2016)] == ["failed"] * 5
    assert [outcomes[f"atlantis{year}"] for year in range(2001, 2004)] == ["unchanged"] * 3
    told = {
        line.split(":")[0]: line for line in done.stdout.splitlines() if line.startswith("atlantis20") and ": " in line
    }
    places = {
        2011: "persons.csv",
        2012: "emigrants.csv",
        2013: "atlantis-2013.yaml:",
        2014: "findings.html",
        2015: "population",
    }
    for year, place in places.items():
        assert place in told[f"atlantis{year}"], told[f"atlantis{year}"]
        assert ".." not in told[f"atlantis{year}"]
    assert "Traceback" not in done.stderr
    for year in (2011, 2012, 2013, 2015):
        assert not (office / "out" / f"atlantis-{year}" / "manifest.json").exists()


def test_after_a_failure_no_other_is_begun_where_that_is_asked_for(office):
    (project(office / "projects", 2000) / "data" / "persons.csv").write_text("hh\n", encoding="utf-8")
    project(office / "projects", 2004)
    done = here(*BATCH, "--fail-fast", folder=office)
    assert done.returncode == 3
    assert rows(done)["atlantis2000"] == "failed" and rows(done)["atlantis2004"] == "stopped"
    assert not (office / "out" / "atlantis-2004").exists()


def test_what_failed_is_tried_again_unless_the_batch_is_resumed(office):
    (project(office / "projects", 2000) / "data" / "persons.csv").write_text("hh\n", encoding="utf-8")
    first, second = here(*BATCH, folder=office), here(*BATCH, "--resume", folder=office)
    assert rows(first) == rows(second)
    assert "read" in first.stderr and "read" not in second.stderr
    assert first.stdout.splitlines()[-2] == second.stdout.splitlines()[-2]
    change(office / "projects" / "atlantis2000" / "data" / "persons.csv", "hh\n", "hh,line\n")
    assert "read" in here(*BATCH, "--resume", folder=office).stderr


def test_a_dry_run_says_what_would_be_done_and_does_nothing(office):
    change(office / "projects" / "atlantis2001" / "tables.yaml", "[[sex]]", "[]")
    (office / "projects" / "atlantis2002" / "data" / "persons.csv").unlink()
    before = contents(office)
    done = here(*BATCH, "--dry-run", folder=office)
    assert done.returncode == 3
    first, reason, second, third = done.stdout.splitlines()
    assert first == "atlantis2001: to be made" and "tables" in reason
    assert second.startswith("atlantis2002: cannot be made") and "persons.csv" in second
    assert third == "atlantis2003: nothing to do"
    assert contents(office) == before


def test_two_projects_do_not_publish_into_one_folder(office):
    shutil.copytree(office / "projects" / "atlantis2001", office / "projects" / "twin")
    done = here(*BATCH, "--dry-run", folder=office)
    assert "twin: cannot be made" in done.stdout and "folder of atlantis2001" in done.stdout


def test_a_second_batch_in_the_folder_is_refused(office):
    project(office / "projects", 2004)
    with subprocess.Popen(command(*BATCH), cwd=office, stderr=subprocess.PIPE, text=True, env=environment()) as first:
        assert first.stderr is not None
        first.stderr.readline()
        second = here(*BATCH, folder=office)
        first.communicate()
    assert (first.returncode, second.returncode) == (0, 2)
    assert "Another program is writing into this folder" in second.stderr


def test_an_interrupt_ends_it_without_a_traceback_and_it_is_gone_on_with(office):
    for year in (2004, 2005):
        project(office / "projects", year)
    with subprocess.Popen(
        command(*BATCH), cwd=office, stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as batch:
        assert batch.stderr is not None
        while "read" not in batch.stderr.readline():
            pass
        os.killpg(batch.pid, signal.SIGINT)
        _, told = batch.communicate(timeout=60)
    assert batch.returncode == 130
    assert "--resume" in told and "Traceback" not in told
    done = here(*BATCH, "--resume", folder=office)
    assert done.returncode == 0
    assert [rows(done)[f"atlantis{year}"] for year in (2004, 2005)] == ["published"] * 2


def test_a_process_that_the_system_ends_is_a_failure_of_its_survey_alone(office):
    for year in (2004, 2005):
        project(office / "projects", year)
    killed = []

    def kill(event):
        if event.name == "atlantis2004" and event.what == "step" and not killed:
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            workers = [own for one in children for own in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            killed.extend(workers)
            for worker in workers:
                os.kill(int(worker), signal.SIGKILL)

    if not Path("/proc/self/task").exists():
        pytest.skip("There is no /proc")
    paths = sorted((office / "projects").glob("*/project.yaml"))
    jobs = jobs_of(paths, {"out": office / "out"}, {})
    made = run_batch(jobs, office / "out", tell=kill)
    assert killed
    kinds = {one.name: one.kind for one in made.outcomes}
    assert (kinds["atlantis2004"], kinds["atlantis2005"]) == ("failed", "published")
    assert "signal 9" in made.failed[0].why


def test_a_disk_that_takes_no_more_leaves_the_earlier_publications(office):
    change(office / "projects" / "atlantis2001" / "data" / "emigrants.csv", "a1,1,1,30", "a1,1,1,31")
    before = contents(office / "out" / "atlantis-2001")
    # No file above 40 kB: the report does not fit.
    words = shlex.join(command(*BATCH))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; trap '' XFSZ; exec {words}"], cwd=office, capture_output=True, text=True,
        timeout=300, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 3
    assert "atlantis2001" in done.stdout and "Check that the disk has room" in done.stdout
    assert contents(office / "out" / "atlantis-2001") == before


def test_the_log_is_json_where_it_is_asked_for(office):
    change(office / "projects" / "atlantis2001" / "tables.yaml", "[[sex]]", "[]")
    done = here(*BATCH, "--log-format", "json", folder=office)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert {event["event"] for event in events} == {"start", "step", "end"}
    ends = {event["project"]: event["outcome"]["kind"] for event in events if event["event"] == "end"}
    assert ends == rows(done)
    assert all(0 <= event["done"] <= 1 and event["level"] == "info" for event in events)


def test_the_quiet_hear_of_failures_alone(office):
    (project(office / "projects", 2000) / "data" / "persons.csv").unlink()
    done = here(*BATCH, "--quiet", folder=office)
    (line,) = [line for line in done.stderr.splitlines() if "Warning" not in line]
    assert "atlantis2000" in line and "persons.csv" in line


def test_the_journal_is_for_the_office_alone(office):
    journal = office / "out" / "internal" / "batch.jsonl"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(entry["name"], entry["kind"]) for entry in entries if "kind" in entry]


def test_the_page_has_the_published_figures_and_leads_to_the_reports(office):
    page = html.parse(office / "out" / "surveys.html")
    links = page.xpath("//ul[@class='surveys']//a/@href")
    assert sorted(links) == [f"atlantis-{year}/report.html" for year in (2001, 2002, 2003)]
    assert all((office / "out" / link).is_file() for link in links)
    with (office / "out" / "atlantis-2001" / "tables.csv").open() as file:
        (whole,) = [row for row in csv.DictReader(file) if row["indicator"] == "E02" and row["region"] == "_T"]
    row = page.xpath("(//table)[1]/tbody/tr[1]")[0]
    shown = row.xpath("string(td[1])").strip()
    assert shown == (f"{float(whole['estimate']):.1f}" if whole["estimate"] else "–")
    assert not page.xpath("//script")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is read-only for this user")
def test_a_folder_that_is_read_only_is_named(office):
    (office / "out").chmod(0o500)
    done = here(*BATCH, folder=office)
    assert done.returncode == 2 and "out" in done.stderr and "Traceback" not in done.stderr


def test_memory_is_shared_among_the_surveys_at_work():
    assert share_of(2 << 30, 1) == (2 << 30) - (400 << 20)
    with pytest.raises(LfsMigrationError, match=r"too little for 4 surveys.*fewer --jobs"):
        share_of(1 << 30, 4)


def test_a_survey_that_cannot_be_read_is_an_outcome(tmp_path):
    (tmp_path / "project.yaml").write_text("country: atlantis\n")
    (failed,) = jobs_of([tmp_path / "project.yaml"], {}, {})
    assert isinstance(failed, Outcome) and failed.kind == "failed" and "data" in failed.why


def test_a_worker_does_not_outlive_its_parent(office):
    project(office / "projects", 2004)
    with subprocess.Popen(
        command(*BATCH), cwd=office, stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as batch:
        assert batch.stderr is not None
        while "read" not in batch.stderr.readline():
            pass
        batch.kill()
    for _ in range(100):
        if not _session(batch.pid):
            break
        time.sleep(0.1)
    assert _session(batch.pid) == []
    assert here(*BATCH, "--resume", folder=office).returncode == 0


def _session(leader: int) -> list[str]:
    """Return the processes of a session that are still at work."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("There is no /proc")
    out = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            out.append(place.parent.name)
    return out
