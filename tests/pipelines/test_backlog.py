"""How long a backlog lasts, and when it is worth a word."""

from pipelines.backlog import BEGINS_AT, ENDS_AT, Backlog


def test_a_few_articles_that_wait_are_no_backlog() -> None:
    backlog = Backlog()
    assert [backlog.note(waiting, now) for now, waiting in enumerate([0, 50, BEGINS_AT - 1])] == ["", "", ""]
    assert backlog.seconds(9.0) == 0.0


def test_it_is_told_once_when_it_begins_and_once_when_it_is_read() -> None:
    backlog = Backlog()
    words = [backlog.note(waiting, float(now)) for now, waiting in enumerate([5_000, 9_000, 4_000, ENDS_AT + 1, ENDS_AT, 0])]
    assert [bool(one) for one in words] == [True, False, False, False, True, False]
    assert words[4] == "caught up: the backlog of up to 9000 articles took 4 s"


def test_its_length_grows_while_it_lasts_and_stays_afterwards() -> None:
    backlog = Backlog()
    backlog.note(BEGINS_AT, 10.0)
    assert backlog.seconds(25.0) == 15.0
    backlog.note(0, 30.0)
    assert (backlog.seconds(31.0), backlog.seconds(500.0)) == (20.0, 20.0)


def test_a_second_one_begins_anew() -> None:
    backlog = Backlog()
    for now, waiting in ((0.0, 2_000), (7.0, 0), (100.0, 1_500), (103.0, 0)):
        backlog.note(waiting, now)
    assert (backlog.last_secs, backlog.most) == (3.0, 1_500)
