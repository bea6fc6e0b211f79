#include "tests/support/sourcetree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <algorithm>
#include <functional>

namespace portolan::test {

namespace {

constexpr int mostFiles = 40;
constexpr int mostLines = 600;

QString folderOf(const QString& path) {
    return path.section(u'/', 0, -2);
}

bool isSource(const QString& path) {
    return path.endsWith(QLatin1String(".h")) || path.endsWith(QLatin1String(".cpp"));
}

/// Own headers that a text includes, by their paths from the root.
QStringList includesOf(const QString& text) {
    static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*\"([^\"]+\\.h)\""),
                                            QRegularExpression::MultilineOption);
    QStringList found;
    for (auto match = include.globalMatch(text); match.hasNext();)
        found << match.next().captured(1);
    return found;
}

/// The room of a subject's SQL: "storage/ports/sql". The engine itself has parts of its own.
bool isSqlRoom(const QString& folder) {
    return folder.startsWith(QLatin1String("storage/")) && folder.endsWith(QLatin1String("/sql"))
           && folder != QLatin1String("storage/sql");
}

bool isEngine(const QString& folder) {
    return folder == QLatin1String("storage/sql") || folder.startsWith(QLatin1String("storage/sql/"));
}

bool knowsNoTable(const QString& folder) {
    static const QSet<QString> below{QStringLiteral("storage/base"), QStringLiteral("storage/json"),
                                     QStringLiteral("storage/config"), QStringLiteral("storage/listing")};
    return below.contains(folder) || isEngine(folder);
}

QSet<QString> wordsOf(const QString& text) {
    static const QRegularExpression word(QStringLiteral("[A-Za-z_][A-Za-z0-9_]*"));
    QSet<QString> found;
    for (auto match = word.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    return found;
}

QMap<QString, int> countsOf(const QString& text) {
    static const QRegularExpression word(QStringLiteral("[A-Za-z_][A-Za-z0-9_]*"));
    QMap<QString, int> found;
    for (auto match = word.globalMatch(text); match.hasNext();)
        ++found[match.next().captured()];
    return found;
}

QString withoutIncludes(QString text) {
    static const QRegularExpression line(QStringLiteral("^\\s*#\\s*include.*$"), QRegularExpression::MultilineOption);
    return text.remove(line);
}

} // namespace

QString sourceText(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return QString::fromUtf8(file.readAll());
}

SourceTree SourceTree::read(const QStringList& folders, const QStringList& kinds) {
    SourceTree tree;
    const QDir root(QStringLiteral(PORTOLAN_SOURCE_DIR));
    for (const QString& folder : folders) {
        QDirIterator it(root.filePath(folder), kinds, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            tree.files.insert(root.relativeFilePath(path), sourceText(path));
        }
    }
    return tree;
}

QStringList SourceTree::rooms() const {
    QSet<QString> found;
    for (auto file = files.begin(); file != files.end(); ++file) {
        if (isSource(file.key()))
            found << folderOf(file.key());
    }
    QStringList sorted(found.begin(), found.end());
    sorted.sort();
    return sorted;
}

Arrows parseArrows(const QString& text) {
    Arrows arrows;
    for (const QString& line : text.split(u'\n')) {
        const QString entry = line.section(u'#', 0, 0).trimmed();
        if (entry.isEmpty())
            continue;
        const QStringList to = entry.section(u':', 1).split(u' ', Qt::SkipEmptyParts);
        arrows[entry.section(u':', 0, 0)] = QSet<QString>(to.begin(), to.end());
    }
    return arrows;
}

Arrows arrowsOf(const SourceTree& tree) {
    Arrows arrows;
    for (const QString& room : tree.rooms())
        arrows[room];
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        const QString from = folderOf(file.key());
        for (const QString& target : includesOf(file.value())) {
            if (const QString to = folderOf(target); to != from)
                arrows[from] << to;
        }
    }
    return arrows;
}

QString arrowsText(const Arrows& arrows) {
    QString text;
    for (auto entry = arrows.begin(); entry != arrows.end(); ++entry) {
        QStringList to(entry.value().begin(), entry.value().end());
        to.sort();
        text += entry.key() + u':' + (to.isEmpty() ? QString() : u' ' + to.join(u' ')) + u'\n';
    }
    return text;
}

QStringList againstArrows(const SourceTree& tree, const Arrows& allowed) {
    QStringList wrong;
    const Arrows there = arrowsOf(tree);
    for (auto entry = there.begin(); entry != there.end(); ++entry) {
        if (!allowed.contains(entry.key()))
            wrong << QStringLiteral("%1 is not in the table of arrows").arg(entry.key());
        for (const QString& to : entry.value() - allowed.value(entry.key()))
            wrong << QStringLiteral("%1 must not include %2").arg(entry.key(), to);
    }
    for (auto entry = allowed.begin(); entry != allowed.end(); ++entry) {
        for (const QString& to : entry.value() - there.value(entry.key()))
            wrong << QStringLiteral("no include uses the arrow %1: %2").arg(entry.key(), to);
        if (!there.contains(entry.key()))
            wrong << QStringLiteral("%1 of the table of arrows is not there").arg(entry.key());
    }
    wrong.sort();
    return wrong;
}

/// Kahn's way: folders that include nothing any more are taken away until none is left, or a cycle.
QStringList cyclesIn(const Arrows& arrows) {
    Arrows left = arrows;
    for (auto& to : left) {
        for (const QString& each : QSet<QString>(to)) {
            if (!arrows.contains(each))
                to.remove(each);
        }
    }
    for (bool found = true; found;) {
        found = false;
        for (const QString& folder : left.keys()) {
            if (!left.value(folder).isEmpty())
                continue;
            left.remove(folder);
            for (auto& to : left)
                to.remove(folder);
            found = true;
        }
    }
    QStringList wrong;
    for (auto entry = left.begin(); entry != left.end(); ++entry)
        wrong << QStringLiteral("%1 is in a cycle, or includes one: %2")
                     .arg(entry.key(), QStringList(entry.value().begin(), entry.value().end()).join(u' '));
    return wrong;
}

QStringList againstRooms(const SourceTree& tree) {
    QStringList wrong;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        const QString from = folderOf(file.key());
        const QString storey = from.section(u'/', 0, 0);
        const bool isStores = from == QLatin1String("storage/stores");
        for (const QString& target : includesOf(file.value())) {
            const QString to = folderOf(target);
            const auto say = [&](const char* why) {
                wrong << QStringLiteral("%1 includes %2: %3").arg(file.key(), target, QLatin1String(why));
            };
            if (isSqlRoom(to) && !isSqlRoom(from) && !isStores && storey == QLatin1String("storage"))
                say("a contract knows no SQL");
            if ((isSqlRoom(to) || isEngine(to))
                && (storey == QLatin1String("models") || storey == QLatin1String("views")))
                say("SQL belongs to storage");
            if (knowsNoTable(from) && to.startsWith(QLatin1String("storage")) && !knowsNoTable(to))
                say("what is below the subjects knows none of them");
            if (to == QLatin1String("storage/stores") && !isStores
                && (storey == QLatin1String("storage") || storey == QLatin1String("views")))
                say("only app, models and tests know all stores");
        }
    }
    return wrong;
}

QStringList againstHousekeeping(const SourceTree& tree) {
    QStringList wrong;
    QMap<QString, int> sizes;
    QMap<QString, QStringList> headers;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        ++sizes[folderOf(file.key())];
        if (const auto lines = file.value().count(u'\n'); lines > mostLines)
            wrong << QStringLiteral("%1 has %2 lines").arg(file.key()).arg(lines);
        if (file.key().endsWith(QLatin1String(".h")))
            headers[file.key().section(u'/', -1)] << file.key();
    }
    for (auto size = sizes.begin(); size != sizes.end(); ++size) {
        if (size.value() > mostFiles)
            wrong << QStringLiteral("%1 has %2 files").arg(size.key()).arg(size.value());
    }
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        if (header.value().size() > 1)
            wrong << QStringLiteral("two headers of one name: %1").arg(header.value().join(u' '));
    }
    wrong.sort();
    return wrong;
}

QStringList withoutReadme(const SourceTree& tree) {
    QSet<QString> folders;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        for (QString folder = folderOf(file.key()); !folder.isEmpty(); folder = folderOf(folder))
            folders << folder;
    }
    QStringList wrong;
    for (const QString& folder : folders) {
        if (!tree.files.contains(folder + QStringLiteral("/README.md")))
            wrong << QStringLiteral("%1 has no README.md").arg(folder);
    }
    wrong.sort();
    return wrong;
}

QString withoutComments(const QString& text) {
    static const QRegularExpression part(
        QStringLiteral(
            "//[^\\n]*|/\\*.*?\\*/|R\"([a-z]*)\\(.*?\\)\\1\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)+'"),
        QRegularExpression::DotMatchesEverythingOption);
    QString out;
    qsizetype at = 0;
    for (auto it = part.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        // A digit's separator is no character.
        if (match.captured().startsWith(u'\'') && match.capturedStart() > 0
            && text[match.capturedStart() - 1].isDigit())
            continue;
        out += QStringView(text).sliced(at, match.capturedStart() - at);
        const QChar first = match.captured().front();
        out += first == u'/' ? QStringLiteral(" ") : first == u'\'' ? QStringLiteral("' '") : QStringLiteral("\"\"");
        at = match.capturedEnd();
    }
    out += QStringView(text).sliced(at);
    return out;
}

/// Names of members that the header's classes declare: what another file says of an object whose type it does not name.
static QSet<QString> memberNames(const QString& header) {
    static const QRegularExpression body(QStringLiteral("\\{[^{}]*\\}"));
    static const QRegularExpression type(QStringLiteral("\\b(?:class|struct)\\s[^;{]*\\{([^{}]*)\\}"));
    static const QRegularExpression method(QStringLiteral("(\\w+)\\s*\\("));
    static const QRegularExpression field(QStringLiteral("(\\w+)\\s*(?:=.*)?$"),
                                          QRegularExpression::DotMatchesEverythingOption);
    QString text = withoutComments(header);
    QSet<QString> names;
    // From the inside to the outside: bodies of functions become a ';', those of classes are read and do, too.
    while (true) {
        const auto inner = body.match(text);
        if (!inner.hasMatch())
            return names;
        const auto begin =
            std::max(text.lastIndexOf(u';', inner.capturedStart()), text.lastIndexOf(u'}', inner.capturedStart()));
        const QString whole = text.sliced(begin + 1, inner.capturedEnd() - begin - 1);
        if (const auto found = type.match(whole); found.hasMatch()) {
            for (const QString& statement : found.captured(1).split(u';')) {
                if (const auto called = method.match(statement); called.hasMatch())
                    names << called.captured(1);
                else if (const auto kept = field.match(statement.trimmed()); kept.hasMatch())
                    names << kept.captured(1);
            }
        }
        text.replace(inner.capturedStart(), inner.capturedLength(), QStringLiteral(";"));
    }
}

QSet<QString> declaredNames(const QString& header) {
    static const QRegularExpression macro(QStringLiteral("^\\s*#\\s*define\\s+(\\w+)"),
                                          QRegularExpression::MultilineOption);
    static const QRegularExpression directive(QStringLiteral("^\\s*#.*$"), QRegularExpression::MultilineOption);
    static const QRegularExpression type(QStringLiteral("^(?:template\\s*<.*?>\\s*)?(?:class|struct|union|enum "
                                                        "class|enum|concept)\\s+(?:\\[\\[\\w+\\]\\]\\s*)?(\\w+)"));
    static const QRegularExpression forward(
        QStringLiteral("^(?:template\\s*<.*?>\\s*)?(?:class|struct|enum class)\\s+\\w+\\s*(?::\\s*\\w+\\s*)?$"));
    static const QRegularExpression alias(QStringLiteral("^(?:template\\s*<.*?>\\s*)?using\\s+(\\w+)\\s*="));
    static const QRegularExpression function(QStringLiteral("(operator\\S+|\\w+)\\s*\\((?!.*\\boperator\\b)"));
    static const QRegularExpression variable(QStringLiteral("(\\w+)\\s*(?:\\[[^\\]]*\\]\\s*)*(?:=|\\{|$)"));
    QSet<QString> names;
    for (auto it = macro.globalMatch(header); it.hasNext();)
        names << it.next().captured(1);
    QString text = withoutComments(header);
    text.remove(directive);
    // Declarations end with ';' or their body; bodies are passed over, but those of namespaces and of enumerations.
    QString declaration;
    int inner = 0; // braces within a declaration
    int round = 0;
    QString body;
    bool isEnum = false;
    const auto take = [&](bool hasBody) {
        const QString said = declaration.simplified();
        declaration.clear();
        if (said.isEmpty() || (!hasBody && forward.match(said).hasMatch())
            || said.startsWith(QLatin1String("extern template")))
            return;
        if (const auto match = alias.match(said); match.hasMatch())
            names << match.captured(1);
        else if (const auto kind = type.match(said); kind.hasMatch())
            names << kind.captured(1);
        else if (const auto called = function.match(said); called.hasMatch())
            names << called.captured(1);
        else if (const auto value = variable.match(said); value.hasMatch())
            names << value.captured(1);
    };
    for (const QChar c : std::as_const(text)) {
        if (inner > 0) {
            inner += c == u'{' ? 1 : c == u'}' ? -1 : 0;
            if (inner > 0)
                body += c;
            else {
                if (isEnum)
                    names += wordsOf(body);
                body.clear();
                isEnum = false;
                // `struct X { … } x;` is not written here, and an initializer ends with ';'.
                take(true);
            }
            continue;
        }
        if (c == u'(')
            ++round;
        else if (c == u')')
            --round;
        if (c == u'{' && round == 0) {
            const QString said = declaration.simplified();
            if (said.startsWith(QLatin1String("namespace")) || said.startsWith(QLatin1String("extern"))) {
                declaration.clear();
                continue;
            }
            isEnum = said.startsWith(QLatin1String("enum"));
            inner = 1;
            continue;
        }
        if (c == u';' && round == 0)
            take(false);
        else if (c != u'}')
            declaration += c;
    }
    return names;
}

QStringList unusedIncludes(const SourceTree& tree) {
    QMap<QString, QSet<QString>> brought;
    QStringList wrong;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        const QSet<QString> said = wordsOf(withoutIncludes(withoutComments(file.value())));
        const QString own = file.key().section(u'.', 0, 0) + QStringLiteral(".h");
        for (const QString& target : includesOf(file.value())) {
            if (target == own || !tree.files.contains(target))
                continue;
            if (!brought.contains(target))
                brought[target] = declaredNames(tree.files.value(target)) + memberNames(tree.files.value(target));
            if (!brought[target].isEmpty() && !brought[target].intersects(said))
                wrong << QStringLiteral("%1 uses nothing of %2").arg(file.key(), target);
        }
    }
    return wrong;
}

/// The headers that a file includes, by itself and by others.
static QStringList includedFrom(const SourceTree& tree, const QString& file) {
    QStringList found;
    QStringList open{file};
    while (!open.isEmpty()) {
        const QString each = open.takeLast();
        for (const QString& target : includesOf(tree.files.value(each))) {
            if (tree.files.contains(target) && !found.contains(target)) {
                found << target;
                open << target;
            }
        }
    }
    return found;
}

/// Returns true when a text declares a name by itself: a type, an enumerator, a member, a variable.
static bool declaresItself(const QString& text, const QString& name) {
    static const QRegularExpression word(QStringLiteral("\\b(return|co_return|else|throw|case|const|new)\\s+"));
    static const QRegularExpression enumeration(QStringLiteral("\\benum\\b[^{;]*\\{([^}]*)\\}"));
    const QRegularExpression type(
        QStringLiteral("\\b(class|struct|enum|union|using|typename|concept)\\s+%1\\b").arg(name));
    if (type.match(text).hasMatch())
        return true;
    for (auto it = enumeration.globalMatch(text); it.hasNext();) {
        if (wordsOf(it.next().captured(1)).contains(name))
            return true;
    }
    const QRegularExpression declared(QStringLiteral("[\\w>&*\\]]\\s+[&*]*%1\\b").arg(name));
    return !name.front().isUpper() && declared.match(QString(text).replace(word, QStringLiteral(";"))).hasMatch();
}

QStringList missingIncludes(const SourceTree& tree) {
    static const QRegularExpression context(QStringLiteral("Q_DECLARE_TR_FUNCTIONS\\(\\w+\\)"));
    QMap<QString, QString> bare;
    QMap<QString, QStringList> owners;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        bare[file.key()] = withoutIncludes(withoutComments(file.value())).remove(context);
        if (file.key().endsWith(QLatin1String(".h"))) {
            for (const QString& name : declaredNames(file.value()))
                owners[name] << file.key();
        }
    }
    static const QRegularExpression named(QStringLiteral("(?<![.\\w>:])([A-Za-z]\\w{4,})\\s*([(<]?)"));
    static const QRegularExpression twoWords(QStringLiteral("[a-z][A-Z]|^[A-Z]"));
    QStringList wrong;
    for (auto file = bare.begin(); file != bare.end(); ++file) {
        QSet<QString> asked;
        for (auto it = named.globalMatch(*file); it.hasNext();) {
            const auto match = it.next();
            const QString name = match.captured(1);
            const bool isUse = name.front().isUpper() || !match.captured(2).isEmpty();
            if (isUse && owners.value(name).size() == 1 && twoWords.match(name).hasMatch())
                asked << name;
        }
        QStringList included;
        QString text;
        for (const QString& name : asked) {
            const QString owner = owners.value(name).front();
            if (owner == file.key())
                continue;
            if (text.isEmpty()) {
                included = includedFrom(tree, file.key());
                text = *file;
                for (const QString& each : included)
                    text += bare.value(each);
            }
            if (!included.contains(owner) && !declaresItself(text, name))
                wrong << QStringLiteral("%1 uses %2 without %3").arg(file.key(), name, owner);
        }
    }
    wrong.sort();
    return wrong;
}

QStringList deadNames(const SourceTree& tree) {
    QMap<QString, int> uses;
    QMap<QString, QMap<QString, int>> of;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        const auto counts = countsOf(withoutComments(file.value()));
        for (auto count = counts.begin(); count != counts.end(); ++count)
            uses[count.key()] += count.value();
        of[file.key()] = counts;
    }
    QStringList wrong;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!file.key().endsWith(QLatin1String(".h")))
            continue;
        const QString source = file.key().chopped(1) + QStringLiteral("cpp");
        for (const QString& name : declaredNames(file.value())) {
            // Only a function is declared in one file and defined in another.
            const bool isFunction =
                QRegularExpression(QStringLiteral("\\b%1\\s*\\(").arg(name)).match(file.value()).hasMatch();
            const int defined = isFunction ? std::min(1, of.value(source).value(name)) : 0;
            if (!name.startsWith(QLatin1String("operator")) && uses.value(name) <= 1 + defined)
                wrong << QStringLiteral("%1 is used by nobody (%2)").arg(name, file.key());
        }
    }
    wrong.sort();
    return wrong;
}

QStringList strayStatements(const SourceTree& tree) {
    static const QRegularExpression statement(
        QStringLiteral("(\"|R\"[a-z]*\\()\\s*(SELECT\\s|INSERT (OR \\w+ )?INTO\\s|UPDATE \\w+ SET|DELETE "
                       "FROM\\s|CREATE (TABLE|INDEX|TEMP|VIEW)|"
                       "BEGIN IMMEDIATE|PRAGMA\\s|WITH (RECURSIVE )?\\w+ ?(\\(|AS))"));
    QStringList wrong;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (isSource(file.key()) && !file.key().contains(QLatin1String("/sql/"))) {
            if (const auto match = statement.match(file.value()); match.hasMatch())
                wrong << QStringLiteral("%1 has a statement: %2").arg(file.key(), match.captured().simplified());
        }
    }
    return wrong;
}

QStringList strayThreads(const SourceTree& tree) {
    static const QRegularExpression started(QStringLiteral("std::j?thread(\\s+\\w+)?\\s*[({]\\s*[^\\s)}]|std::async\\b|"
                                                           "emplace_back\\(\\[|QtConcurrent::|QThread::create"));
    QStringList wrong;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()) || file.key() == QLatin1String("storage/base/thread.h"))
            continue;
        if (const auto match = started.match(withoutComments(file.value())); match.hasMatch())
            wrong << QStringLiteral("%1 starts a thread: %2").arg(file.key(), match.captured().simplified());
    }
    return wrong;
}

Wording wordingOf(const SourceTree& tree) {
    static const QRegularExpression doc(QStringLiteral("(?:^[ \\t]*///(?!<).*\\n)+"),
                                        QRegularExpression::MultilineOption);
    static const QRegularExpression asked(QStringLiteral("^///\\s*(What|How|One|Whether|Where)\\b"));
    static const QRegularExpression comment(QStringLiteral("//[^\\n]*"));
    static const QRegularExpression word(QStringLiteral("\\b(behind|anew|whoever)\\b"),
                                         QRegularExpression::CaseInsensitiveOption);
    Wording found;
    for (auto file = tree.files.begin(); file != tree.files.end(); ++file) {
        if (!isSource(file.key()))
            continue;
        for (auto it = doc.globalMatch(file.value()); it.hasNext();) {
            ++found.comments;
            found.beginnings += asked.match(it.next().captured().trimmed()).hasMatch() ? 1 : 0;
        }
        for (auto it = comment.globalMatch(file.value()); it.hasNext();) {
            const QString said = it.next().captured();
            for (auto each = word.globalMatch(said); each.hasNext();)
                ++found.words[each.next().captured().toLower()];
        }
    }
    return found;
}

} // namespace portolan::test
