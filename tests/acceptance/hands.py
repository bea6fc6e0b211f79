"""Hands on the keyboard, and a counter of their steps: a chord is a step, and so is a text with the Return after it. Nothing is
clicked, no accessibility action is called: the bus only reads."""
import re, subprocess
from windowbus import *

SPACES = str.maketrans({'\u2009': ' ', '\u202f': ' ', '\xa0': ' '})


def shows(node):
    return node.getState().contains(a11y.pyatspi.STATE_SHOWING)


def seen(node, rows=False):
    """Every object that shows, in the order of the tree; the rows of tables only when they are asked for."""
    stack = [node]
    while stack:
        each = stack.pop()
        if each is None:
            continue
        yield each
        if each.getRoleName() in a11y.KEPT_CLOSED and not (rows and each.childCount < 200):
            continue
        children = [each.getChildAtIndex(i) for i in range(min(each.childCount, 400))]
        stack.extend(child for child in reversed(children) if child is not None and shows(child))


class Hands:
    """Keys pressed in one window, counted by task."""

    def __init__(self):
        self.app, self.task, self.steps, self.table = None, None, [], []

    def start(self, *arguments, env=None):
        self.app = a11y.App([PROGRAM, *arguments], env=env)
        return self.app

    def begin(self, task):
        self.task, self.steps = task, []

    def done(self, most=5):
        print(f'{len(self.steps)}  {self.task}: {" · ".join(self.steps)}', flush=True)
        picture(self.app, re.sub(r'\W+', '-', self.task)) if self.app else None
        assert len(self.steps) <= most, f'{self.task}: {len(self.steps)} steps'
        self.table.append((self.task, len(self.steps)))

    def key(self, chord, until=None, what=''):
        """Presses a chord, and waits for what it leads to."""
        self.steps.append(chord)
        self.app.key(chord)
        if until:
            self.wait(until, what or f'what {chord} leads to')

    def type(self, text, enter=True):
        self.steps.append(f'"{text}"' + ('⏎' if enter else ''))
        subprocess.run(['xdotool', 'type', '--delay', '4', text], check=True)
        if enter:
            self.app.key('Return')

    def end_search(self):
        """Presses the Return of the text that was typed into the search, as often as it takes until its rows are those of that text."""
        until(self.app, 'Return', lambda: is_gone(self.app, 'Search everything') or not self.has_focus('Search everything', 'text'),
              'the search to lead somewhere')

    def command(self, text, name=None):
        """Ctrl+K, words, Return; `name` is the entry that is to be first."""
        self.key('ctrl+k', lambda: self.has_focus('Command') or self.has_focus('Befehl'))
        self.steps.append(f'"{text}"⏎')
        subprocess.run(['xdotool', 'type', '--delay', '4', text], check=True)
        if name:
            self.wait(lambda: self.entry() == name, f'{name!r} first of {text!r}')
        self.app.key('Return')

    def entry(self):
        entries = self.app.find('Commands', ('list',))
        return entries.getChildAtIndex(0).name

    def wait(self, predicate, what='condition'):
        try:
            return a11y.wait(predicate, 40, what)
        except a11y.NotFound as error:
            picture(self.app, 'failed')
            raise a11y.NotFound(f'{self.task}, after {self.steps}: {error}; the focus is on {self.focus_name()}') from error

    def focus(self):
        """The innermost object with the focus."""
        found = None
        for node in seen(self.app.node):
            if node.getState().contains(a11y.pyatspi.STATE_FOCUSED) and node.getRoleName() not in ('frame', 'dialog', 'page tab'):
                found = node  # every chosen tab says that it has the focus
        return found

    def focus_name(self):
        node = self.focus()
        return node and (node.name, node.getRoleName())

    def has_focus(self, name, role=None):
        node = self.focus()
        while node is not None and node.getRoleName() not in ('frame', 'dialog', 'application'):
            if node.name == name and (role is None or node.getRoleName() == role):
                return True
            node = node.parent
        return False

    def says(self, words):
        """A name or text on the screen has these words."""
        return any(words in (node.name or '').translate(SPACES) for node in seen(self.app.node))
