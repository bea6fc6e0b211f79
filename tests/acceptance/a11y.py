#!/usr/bin/python3
"""Drives a desktop program from outside, as a screen reader would: through the accessibility bus, with Debian's own python3
(python3-pyatspi), inside window.sh.

    app = App(['build/dev/portolan', 'sqlite:///x.db'])
    app.choose('Panes', 'Batches'); table = app.table('Batch files'); print(table.rows, table.header(), table.row(0))
    app.press('Replay…'); app.type('Filter', 'status:failed'); app.screenshot('shot.png'); app.quit()

Every look-up is repeated until it succeeds: Qt's tree changes under the reader, and a busy machine is no fault. PATIENCE only
ends what will never come."""
import contextlib
import subprocess, time
import pyatspi

PATIENCE = 120.0  # seconds; no test counts on a machine that is fast
KEPT_CLOSED = {'table', 'tree table', 'list'}  # roles whose rows are not walked through


class NotFound(Exception):
    pass


def wait(seen, timeout=PATIENCE, what='condition'):
    """The first value of seen() that is neither None nor False. An exception of it is one more no: objects of the tree go while
    they are looked at."""
    end, last = time.time() + timeout, None
    while time.time() < end:
        try:
            value = seen()
            if value is not None and value is not False:
                return value
        except Exception as error:
            last = error
        time.sleep(0.05)
    raise NotFound(f'{what} not seen in {timeout} s ({last})')


class Table:
    """A table of the window by its accessible name; rows and columns count from 0."""

    def __init__(self, app, name, timeout):
        self.app, self.name = app, name
        self.node = wait(lambda: app.find(name, ('table', 'tree table', 'tree', 'list')), timeout, f'table {name!r}')

    @property
    def t(self):
        return self.node.queryTable()

    @property
    def rows(self):
        return self.t.nRows

    def header(self):
        return [self.t.getColumnDescription(column) for column in range(self.t.nColumns)]

    def cell(self, row, column):
        return self.t.getAccessibleAt(row, column).name

    def row(self, row):
        return [self.cell(row, column) for column in range(self.t.nColumns)]

    def select(self, *rows):
        return all(self.t.addRowSelection(row) for row in rows)

    def wait_rows(self, is_right, timeout=PATIENCE):
        """Waits until the number of rows is right; the number is in the words of what never came."""
        seen = []

        def looked():
            seen.append(self.t.nRows)
            return is_right(seen[-1])
        try:
            return wait(looked, timeout, f'rows of {self.name!r}')
        except NotFound as error:
            raise NotFound(f'{error}; last {seen[-1] if seen else "none"}')


class App:
    """A program that was started, from its first window on."""

    def __init__(self, argv, name='portolan', timeout=PATIENCE, env=None, stderr=None):
        self.started = time.time()
        self.process = subprocess.Popen(argv, env=env, stderr=stderr)

        def seen():
            if self.process.poll() is not None:
                raise SystemExit(f'{argv[0]} ended with {self.process.returncode} before its window came')
            for each in pyatspi.Registry.getDesktop(0):
                if each and each.name == name and each.childCount:
                    return each
        self.node = wait(seen, timeout, f'application {name!r}')
        self.seen_after = time.time() - self.started

    def find(self, name, roles=None, root=None):
        """The object of that name and one of the roles; one that shows goes before one that is hidden."""
        hidden, stack = None, [root or self.node]
        while stack:
            node = stack.pop()
            if node is None:
                continue
            role = node.getRoleName()
            if node.name == name and (roles is None or role in roles):
                if node.getState().contains(pyatspi.STATE_SHOWING):
                    return node
                hidden = hidden or node
            if role in KEPT_CLOSED and node.childCount > 200:
                continue
            stack.extend(node.getChildAtIndex(i) for i in range(min(node.childCount, 400)))
        if hidden is None:
            raise NotFound(name)
        return hidden

    def get(self, name, roles=None, timeout=PATIENCE):
        return wait(lambda: self.find(name, roles), timeout, f'{name!r}')

    def table(self, name, timeout=PATIENCE):
        return Table(self, name, timeout)

    def choose(self, list_name, item, timeout=PATIENCE):
        """Selects and activates an entry of a list."""
        entries = self.get(list_name, timeout=timeout)
        node = wait(lambda: self.find(item, root=entries), timeout, f'{item!r} in {list_name!r}')
        try:
            entries.querySelection().selectChild(node.getIndexInParent())
        except Exception:  # not every list offers it; activating follows
            pass
        try:
            node.queryAction().doAction(0)
        except Exception:  # an entry without actions: as with the mouse
            self.click(node)
        return node

    def click(self, node):
        place = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        subprocess.run(['xdotool', 'mousemove', str(place.x + place.width // 2), str(place.y + place.height // 2), 'click', '1'],
                       check=True)

    def press(self, name, timeout=PATIENCE):
        self.get(name, timeout=timeout).queryAction().doAction(0)

    def type(self, name, text, timeout=PATIENCE, enter=True):
        """Sets a field's text, and presses Return there."""
        node = self.get(name, timeout=timeout)
        with contextlib.suppress(NotImplementedError):
            node.queryEditableText()
            return self._set(node, text, enter)
        # A label or a heading has the same name.
        wait(lambda: self.find(name, roles=('text',)), timeout, f'the field {name}')
        self._set(self.find(name, roles=('text',)), text, enter)

    @staticmethod
    def _set(node, text, enter):
        node.queryEditableText().setTextContents(text)
        if enter:
            node.queryComponent().grabFocus()
            subprocess.run(['xdotool', 'key', 'Return'], check=True)

    def text(self, name, timeout=PATIENCE):
        node = self.get(name, timeout=timeout)
        try:
            return node.queryText().getText(0, -1)
        except NotImplementedError:
            return node.name

    def describe(self, name, timeout=PATIENCE):
        return self.get(name, timeout=timeout).description

    def key(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True)

    def tree(self, root=None, depth=0, out=None, limit=4000):
        """Lines for people: role, name and description of every object, indented."""
        out = [] if out is None else out
        node = root or self.node
        if node is None or len(out) > limit:
            return out
        out.append(f"{'  ' * depth}{node.getRoleName()} {node.name!r}" + (f' — {node.description}' if node.description else ''))
        if not (node.getRoleName() in KEPT_CLOSED and node.childCount > 60):
            for i in range(min(node.childCount, 60)):
                self.tree(node.getChildAtIndex(i), depth + 1, out, limit)
        return out

    def unnamed(self):
        """Roles of the controls that a screen reader could not announce."""
        roles = {'push button', 'check box', 'combo box', 'text', 'table', 'tree', 'tree table', 'list', 'spin button',
                 'toggle button', 'radio button', 'slider'}
        bad, stack = [], [self.node]
        while stack:
            node = stack.pop()
            if node is None:
                continue
            if node.getRoleName() in roles and not node.name and node.getState().contains(pyatspi.STATE_SHOWING):
                bad.append(node.getRoleName())
            if node.getRoleName() not in KEPT_CLOSED:
                stack.extend(node.getChildAtIndex(i) for i in range(min(node.childCount, 400)))
        return bad

    def screenshot(self, path):
        subprocess.run(['import', '-window', 'root', path], check=True)

    def quit(self, timeout=PATIENCE):
        self.key('ctrl+q')
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise NotFound('the program did not end on Ctrl+Q')
