#pragma once

#include <QMap>
#include <QSet>
#include <QString>
#include <QStringList>

namespace portolan::test {

/// The text of a file; one that cannot be read ends the test.
QString sourceText(const QString& path);

/// The text of every source of the project, by its path from the root. The rules of the house are functions over it, so
/// that a test can break each in a tree of its own. An objection is one line: where, and what.
struct SourceTree {
    QMap<QString, QString> files; ///< those of these kinds

    /// Reads the folders below the project's root.
    static SourceTree read(const QStringList& folders,
                           const QStringList& kinds = {QStringLiteral("*.h"), QStringLiteral("*.cpp"),
                                                       QStringLiteral("README.md")});
    /// Folders that hold sources of their own.
    [[nodiscard]] QStringList rooms() const;
};

/// Folder → folders that it may include; its own is always allowed.
using Arrows = QMap<QString, QSet<QString>>;

/// Reads "folder: folder folder …" lines; '#' begins a comment.
Arrows parseArrows(const QString& text);
/// The arrows that the tree's includes are.
Arrows arrowsOf(const SourceTree& tree);
/// Writes them as parseArrows() reads them.
QString arrowsText(const Arrows& arrows);

/// Includes that the table does not allow, entries that no include uses, and rooms that are missing in it.
QStringList againstArrows(const SourceTree& tree, const Arrows& allowed);
/// Folders that include each other, however far around.
QStringList cyclesIn(const Arrows& arrows);
/// An sql/ folder included from a contract's, a subject from the engine, stores/ from elsewhere than app, models,
/// tests.
QStringList againstRooms(const SourceTree& tree);
/// More than 40 files beside subfolders, a file of more than 600 lines, two headers of one name.
QStringList againstHousekeeping(const SourceTree& tree);
/// Folders of files, and the folders that these are in, without a README.md.
QStringList withoutReadme(const SourceTree& tree);
/// Threads that are started without startThread(), which says when the system starts no more.
QStringList strayThreads(const SourceTree& tree);
/// Own headers included of which no name is used.
QStringList unusedIncludes(const SourceTree& tree);
/// Types and functions of one of our headers that a file uses without including it, by itself or by another header: it
/// compiles only beside files that do.
QStringList missingIncludes(const SourceTree& tree);
/// Names that a header brings and that occur nowhere else than where they are declared and defined or in tests alone.
QStringList deadNames(const SourceTree& tree);
/// Statements outside of sql/ folders.
QStringList strayStatements(const SourceTree& tree);
/// How often comments say what the house does not (HOUSE §4): "behind" for "after", "anew", "whoever", a doc comment
/// that begins with What, How, One, Whether or Where.
struct Wording {
    int comments = 0; ///< doc comments
    int beginnings = 0;
    QMap<QString, int> words;
};
Wording wordingOf(const SourceTree& tree);

/// The text without comments, and with its strings empty.
QString withoutComments(const QString& text);
/// Names that a header declares outside of classes, and its macros.
QSet<QString> declaredNames(const QString& header);

} // namespace portolan::test
