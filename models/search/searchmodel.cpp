#include "models/search/searchmodel.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr int rowsAKind = 20;

struct ShownKind {
    FoundKind kind;
    const char* title;
    const char* pane;  ///< the place that shows it
    const char* field; ///< by which it finds a row: of its id, else of its name
};
constexpr std::array shownKinds{
    ShownKind{FoundKind::Message, QT_TRANSLATE_NOOP("SearchModel", "Messages"), "batches", "id"},
    ShownKind{FoundKind::PortMessage, QT_TRANSLATE_NOOP("SearchModel", "Port messages"), "ports", "id"},
    ShownKind{FoundKind::Checkpoint, QT_TRANSLATE_NOOP("SearchModel", "Checkpoints"), "checkpoints", "checkpoint_name"},
    ShownKind{FoundKind::Component, QT_TRANSLATE_NOOP("SearchModel", "Components"), "components", "component_name"},
    ShownKind{FoundKind::Sink, QT_TRANSLATE_NOOP("SearchModel", "Sinks"), "components/sinks", "id"},
    ShownKind{FoundKind::Reject, QT_TRANSLATE_NOOP("SearchModel", "Rejected"), "batches/rejects", "id"},
};

const ShownKind& shown(FoundKind kind) {
    return *std::ranges::find(shownKinds, kind, &ShownKind::kind);
}

/// In the order in which they are searched, that is shown.
int placeOf(FoundKind kind) {
    return static_cast<int>(std::ranges::find(foundKinds, kind) - foundKinds.begin());
}

} // namespace

void SearchModel::setOpener(StoreWorker::Opener opener) {
    cancel();
    m_channel.reset();
    m_opener = std::move(opener);
}

void SearchModel::cancel() {
    m_asker.cancelPending();
    m_waiting = 0;
}

void SearchModel::search(const QString& text) {
    cancel();
    beginResetModel();
    m_lines.clear();
    m_text = text;
    m_found = 0;
    m_more = false;
    m_error.reset();
    endResetModel();
    if (!text.isEmpty() && m_opener) {
        if (!m_channel)
            m_channel = std::make_unique<StoreWorker>(m_opener);
        for (const FoundKind kind : foundKinds) {
            ++m_waiting;
            m_channel->ask(
                m_asker,
                [kind, text](Store& store, const CancelToken& token) -> Result<Answer> {
                    auto rows = searchStore(store, kind, text, rowsAKind, {}, token);
                    PORTOLAN_TRY(rows);
                    return Answer{std::move(*rows), !store.unavailableReason(Feature::Components)};
                },
                this, [this, kind](Result<Answer> answer) { adopt(kind, std::move(answer)); });
        }
    }
    Q_EMIT changed();
}

void SearchModel::adopt(FoundKind kind, Result<Answer> answer) {
    --m_waiting;
    if (!answer) {
        m_error = answer.error();
    } else if (FoundRows* const rows = &answer->rows; !rows->rows.empty()) {
        m_sinksHavePane = answer->hasPane;
        const auto next =
            std::ranges::find_if(m_lines, [&](const Line& line) { return placeOf(line.kind) > placeOf(kind); });
        const auto at = static_cast<int>(next - m_lines.begin());
        const auto count = static_cast<int>(rows->rows.size());
        std::vector<Line> lines{{kind, {}, count, rows->more}};
        for (Found& found : rows->rows)
            lines.push_back({kind, std::move(found)});
        beginInsertRows({}, at, at + count);
        m_lines.insert(next, std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
        endInsertRows();
        m_found += count;
        m_more = m_more || rows->more;
    }
    Q_EMIT changed();
}

QString SearchModel::note() const {
    if (m_text.isEmpty())
        return tr("Looks through messages, port messages, every version of checkpoints and components, sinks and what "
                  "was rejected.");
    if (m_error)
        return m_error->text;
    if (isSearching())
        return tr("Searching…");
    if (m_found == 0)
        return tr("Nothing has this text.");
    return m_more ? tr("The newest of each kind; a heading leads to all.") : tr("%n found.", nullptr, m_found);
}

std::optional<PaneLink> SearchModel::linkFrom(int row) const {
    if (row < 0 || row >= static_cast<int>(m_lines.size()))
        return std::nullopt;
    const Line& line = m_lines[static_cast<std::size_t>(row)];
    const ShownKind& kind = shown(line.kind);
    const QString pane =
        QLatin1String(line.kind == FoundKind::Sink && !m_sinksHavePane ? "tables/sink_storage" : kind.pane);
    if (!line.found)
        return PaneLink{pane, phraseFilter(m_text)};
    const QByteArray& value = QByteArrayView(kind.field) == "id" ? line.found->id : line.found->name;
    QString filter = QLatin1String(kind.field) + u':' + phraseFilter(QString::fromUtf8(value));
    if (line.found->version)
        filter += QStringLiteral(" version:%1").arg(*line.found->version);
    return PaneLink{pane, filter};
}

int SearchModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

QString SearchModel::nameOf(const Found& found) const {
    const QString name = visibleText(found.name);
    if (found.kind == FoundKind::Message)
        return name.isEmpty() ? tr("Line %1").arg(visibleText(found.id)) : tr("Message %1").arg(name);
    return found.version ? tr("%1, version %2").arg(name, QString::number(*found.version)) : name;
}

QVariant SearchModel::data(const QModelIndex& index, int role) const {
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    const QString title = QCoreApplication::translate("SearchModel", shown(line.kind).title);
    const QString count = line.more ? tr("%1 and more").arg(line.count) : QString::number(line.count);
    if (role == IsHeadingRole)
        return !line.found;
    if (!line.found) {
        if (role == CountRole)
            return count;
        if (role == NameRole)
            return title;
        return role == Qt::DisplayRole ? QVariant(tr("%1: %2").arg(title, count)) : QVariant();
    }
    const Found& found = *line.found;
    switch (role) {
    case Qt::DisplayRole:
        return tr("%1: %2").arg(nameOf(found), visibleText(found.snippet()));
    case NameRole:
        return nameOf(found);
    case TimeRole:
        return found.time ? timeText(*found.time, m_display) : QString();
    case BeforeRole:
        return visibleText(found.before);
    case HitRole:
        return visibleText(found.hit);
    case AfterRole:
        return visibleText(found.after);
    default:
        return {};
    }
}

Qt::ItemFlags SearchModel::flags(const QModelIndex& index) const {
    if (!index.isValid())
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace portolan
