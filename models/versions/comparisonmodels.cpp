#include "models/versions/comparisonmodels.h"

#include "models/list/format.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

using Line = JsonComparison::Line;
using Step = JsonComparison::Step;

constexpr int contextRows = 3; ///< unchanged rows that stay on either side of a change
constexpr int indentation = 2;

struct ComparisonWords {
    Q_DECLARE_TR_FUNCTIONS(Comparison)
};

QString bracketed(const JsonComparison::Side& side) {
    const QString count = groupedNumber(static_cast<qint64>(side.members));
    return side.members == 0 ? (side.isObject ? QStringLiteral("{}") : QStringLiteral("[]"))
           : side.isObject   ? QStringLiteral("{ %1 }").arg(count)
                             : QStringLiteral("[ %1 ]").arg(count);
}

QString valueText(const JsonComparison::Side& side) {
    return side.isContainer ? bracketed(side) : visibleText(side.text);
}

/// The last step that is one says what became of a place in the end.
QString changeText(const Line& line) {
    const auto last =
        std::find_if(line.steps.rbegin(), line.steps.rend(), [](Step step) { return step != Step::Same; });
    if (last == line.steps.rend())
        return {};
    switch (*last) {
    case Step::Added:
        return ComparisonWords::tr("+ added");
    case Step::Removed:
        return ComparisonWords::tr("− removed");
    case Step::Changed:
        return line.children.empty() ? ComparisonWords::tr("± changed") : ComparisonWords::tr("± within");
    case Step::Same:
        break;
    }
    return {};
}

/// With all that is in it.
bool cameOrWent(const Line& line) {
    return std::ranges::any_of(line.steps, [](Step step) { return step == Step::Added || step == Step::Removed; });
}

/// Returns a line's step to a side; what changed within is marked where it changed.
QVariant stepAt(const Line& line, int side) {
    const Step step = line.steps[static_cast<std::size_t>(side)];
    return static_cast<int>(step == Step::Changed && !line.children.empty() ? Step::Same : step);
}

QString unchangedText(std::size_t places) {
    return ComparisonWords::tr("⋯ %1 unchanged").arg(groupedNumber(static_cast<qint64>(places)));
}

QString fieldText(const Line& line) {
    return line.skipped > 0  ? unchangedText(line.skipped)
           : line.parent < 0 ? ComparisonWords::tr("the document")
                             : visibleText(line.name);
}

QString nameAt(const DocumentComparison& comparison, int side) {
    return comparison.names.value(side);
}

} // namespace

QString comparisonText(const JsonComparison& outline) {
    int changed = 0;
    int added = 0;
    int removed = 0;
    for (const Line& line : outline.lines) {
        const bool within = line.parent >= 0 && cameOrWent(outline.lines[static_cast<std::size_t>(line.parent)]);
        if (within)
            continue; // it came or went with what it stands in
        const auto has = [&](Step step) { return std::ranges::find(line.steps, step) != line.steps.end(); };
        added += has(Step::Added) ? 1 : 0;
        removed += has(Step::Removed) ? 1 : 0;
        changed += has(Step::Changed) && line.children.empty() ? 1 : 0;
    }
    QStringList parts;
    if (changed > 0)
        parts << ComparisonWords::tr("%1 changed").arg(groupedNumber(changed));
    if (added > 0)
        parts << ComparisonWords::tr("%1 added").arg(groupedNumber(added));
    if (removed > 0)
        parts << ComparisonWords::tr("%1 removed").arg(groupedNumber(removed));
    if (parts.isEmpty())
        return outline.cut ? ComparisonWords::tr("They were not compared to their end.")
                           : ComparisonWords::tr("They mean the same.");
    const QString text = parts.join(QStringLiteral(", "));
    return outline.cut ? ComparisonWords::tr("%1, and more that is not shown").arg(text) : text;
}

void ComparisonTreeModel::setComparison(DocumentComparison comparison, bool onlyChanges) {
    beginResetModel();
    m_comparison = std::move(comparison);
    m_children.clear();
    m_rows.clear();
    if (m_comparison.outline) {
        const auto& lines = m_comparison.outline->lines;
        m_children.resize(lines.size());
        m_rows.resize(lines.size());
        for (std::size_t i = 1; i < lines.size(); ++i) {
            if (onlyChanges && !lines[i].differs())
                continue;
            auto& siblings = m_children[static_cast<std::size_t>(lines[i].parent)];
            m_rows[i] = static_cast<int>(siblings.size());
            siblings.push_back(static_cast<int>(i));
        }
    }
    endResetModel();
}

const Line& ComparisonTreeModel::line(int at) const {
    return m_comparison.outline->lines[static_cast<std::size_t>(at)];
}

const std::vector<int>& ComparisonTreeModel::childrenOf(int at) const {
    return m_children[static_cast<std::size_t>(at)];
}

QModelIndex ComparisonTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    const int at =
        parent.isValid() ? childrenOf(static_cast<int>(parent.internalId()))[static_cast<std::size_t>(row)] : 0;
    return createIndex(row, column, static_cast<quintptr>(at));
}

QModelIndex ComparisonTreeModel::parent(const QModelIndex& child) const {
    const int above = child.isValid() ? line(static_cast<int>(child.internalId())).parent : -1;
    return above < 0 ? QModelIndex()
                     : createIndex(m_rows[static_cast<std::size_t>(above)], 0, static_cast<quintptr>(above));
}

int ComparisonTreeModel::rowCount(const QModelIndex& parent) const {
    if (!m_comparison.outline || parent.column() > 0)
        return 0;
    return parent.isValid() ? static_cast<int>(childrenOf(static_cast<int>(parent.internalId())).size()) : 1;
}

int ComparisonTreeModel::columnCount(const QModelIndex&) const {
    return firstDocument + static_cast<int>(m_comparison.names.size());
}

QVariant ComparisonTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Line& at = line(static_cast<int>(index.internalId()));
    const int side = index.column() - firstDocument;
    if (role == StepRole)
        return side >= 0 ? stepAt(at, side) : QVariant();
    if (role == FoldRole)
        return at.skipped > 0;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (index.column() == fieldColumn)
        return fieldText(at);
    if (index.column() == changeColumn)
        return changeText(at);
    const auto& value = at.sides[static_cast<std::size_t>(side)];
    return value && at.skipped == 0 ? valueText(*value) : QString();
}

QVariant ComparisonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation == Qt::Vertical)
        return {};
    return section == fieldColumn    ? tr("Field")
           : section == changeColumn ? tr("Change")
                                     : nameAt(m_comparison, section - firstDocument);
}

/// Lays the outline out in rows.
class SideBySideModel::Writer {
public:
    Writer(const JsonComparison& outline, std::vector<Row>& rows) : m_outline(outline), m_rows(rows) {}

    /// Without recursion: depth costs no stack.
    void write() {
        struct Level {
            int line;
            std::size_t next;
        };
        std::vector<Level> levels;
        const auto open = [&](int line) {
            put({line, static_cast<int>(at(line).skipped), false});
            if (!at(line).children.empty())
                levels.push_back({line, 0});
        };
        if (!m_outline.lines.empty())
            open(0);
        while (!levels.empty()) {
            const Level level = levels.back();
            const auto& children = at(level.line).children;
            if (level.next == children.size()) {
                levels.pop_back();
                put({level.line, 0, true});
            } else {
                ++levels.back().next;
                open(children[level.next]);
            }
        }
        fold(false);
    }

private:
    [[nodiscard]] const Line& at(int line) const { return m_outline.lines[static_cast<std::size_t>(line)]; }

    void put(const Row& row) {
        const Line& line = at(row.line);
        if (!line.differs()) {
            m_same.push_back(row);
            return;
        }
        // Brackets around a change are shown; what matters to the reader stands around the change itself.
        const bool isChange = line.children.empty() || cameOrWent(line);
        fold(isChange);
        m_rows.push_back(row);
        m_afterChange = isChange;
    }

    /// Adds what is unchanged up to here, with the rows nearest to the changes before and after it; folds the rest.
    void fold(bool beforeChange) {
        const std::size_t before = m_afterChange ? contextRows : 0;
        const std::size_t after = beforeChange ? contextRows : 0;
        if (m_same.size() > before + after + contextRows) {
            const auto keep = [&](std::size_t first, std::size_t count) {
                m_rows.insert(m_rows.end(), m_same.begin() + static_cast<std::ptrdiff_t>(first),
                              m_same.begin() + static_cast<std::ptrdiff_t>(first + count));
            };
            const std::size_t left = m_same.size() - before - after;
            int folded = 0;
            for (std::size_t i = before; i < before + left; ++i)
                folded += std::max(1, m_same[i].folded);
            keep(0, before);
            m_rows.push_back({m_same[before].line, folded, false});
            keep(before + left, after);
        } else {
            m_rows.insert(m_rows.end(), m_same.begin(), m_same.end());
        }
        m_same.clear();
    }

    const JsonComparison& m_outline;
    std::vector<Row>& m_rows;
    std::vector<Row> m_same;
    bool m_afterChange = false;
};

void SideBySideModel::setComparison(DocumentComparison comparison) {
    beginResetModel();
    m_comparison = std::move(comparison);
    m_rows.clear();
    m_commas.clear();
    if (m_comparison.outline) {
        const auto& lines = m_comparison.outline->lines;
        m_commas.resize(lines.size());
        std::vector<bool> none(static_cast<std::size_t>(m_comparison.names.size()), false);
        if (!lines.empty())
            m_commas[0] = none;
        for (const Line& line : lines) {
            std::vector<bool> followed = none;
            for (auto child = line.children.rbegin(); child != line.children.rend(); ++child) {
                m_commas[static_cast<std::size_t>(*child)] = followed;
                for (std::size_t side = 0; side < followed.size(); ++side)
                    followed[side] = followed[side] || lines[static_cast<std::size_t>(*child)].sides[side].has_value();
            }
        }
        Writer(*m_comparison.outline, m_rows).write();
    }
    endResetModel();
}

int SideBySideModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SideBySideModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_comparison.names.size());
}

QString SideBySideModel::text(const Row& row, std::size_t side) const {
    if (row.folded > 0)
        return side == 0 ? unchangedText(static_cast<std::size_t>(row.folded)) : QStringLiteral("⋯");
    const Line& line = m_comparison.outline->lines[static_cast<std::size_t>(row.line)];
    const auto& value = line.sides[side];
    if (!value)
        return {};
    const QString indent(line.depth * indentation, u' ');
    const QString comma = m_commas[static_cast<std::size_t>(row.line)][side] ? QStringLiteral(",") : QString();
    const bool isOpen = !line.children.empty();
    if (row.closes)
        return indent + (value->isObject ? u'}' : u']') + comma;
    const QString name = line.named ? u'"' + visibleText(line.name) + QStringLiteral("\": ") : QString();
    if (isOpen)
        return indent + name + (value->isObject ? u'{' : u'[');
    return indent + name + valueText(*value) + comma;
}

QVariant SideBySideModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, static_cast<std::size_t>(index.column()));
    case FoldRole:
        return row.folded > 0;
    case StepRole:
        return stepAt(m_comparison.outline->lines[static_cast<std::size_t>(row.line)], index.column());
    default:
        return {};
    }
}

QVariant SideBySideModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole)
        return {};
    return orientation == Qt::Vertical ? QString::number(section + 1) : nameAt(m_comparison, section);
}

} // namespace portolan
