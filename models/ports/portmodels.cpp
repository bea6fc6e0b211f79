#include "models/ports/portmodels.h"

#include "storage/listing/filter.h"
#include "storage/store.h"
#include "storage/storeworker.h"

namespace portolan {

namespace {

/// Cuts a row at once to what columns show: a page of 500 rows may hold 500 documents.
void trim(PortMessage& message) {
    cutToCell(message.messageData);
    if (message.errorMessage)
        cutToCell(*message.errorMessage);
    message.messageMetadata.reset();
    message.errorDetails.reset();
}

Value recentValue(const Port& port) {
    QByteArray text = "[";
    for (const auto& figure : port.recent) {
        if (text.size() > 1)
            text += ',';
        text += figure ? QByteArray::number(*figure) : QByteArray("null");
    }
    return text + ']';
}

/// A listing's columns, and the last hour.
std::span<const Column<Port>> shownPortColumns() {
    static const std::vector<Column<Port>> columns = [] {
        std::vector<Column<Port>> made(portColumns().begin(), portColumns().end());
        made.push_back({"recent", ColumnType::Json, &recentValue});
        return made;
    }();
    return columns;
}

Listing<Port> ports() {
    return {.source = [](Store& store) -> RowSource<Port>& {
                Ports* const ports = store.ports();
                return ports ? ports->ports() : noRows<Port>();
            },
            .columns = shownPortColumns,
            .schema = portSchema,
            .shown = {{"port_name", QT_TRANSLATE_NOOP("Columns", "Port"), ColumnKind::Data, 0},
                      {"recent", QT_TRANSLATE_NOOP("Columns", "Last 60 min"), ColumnKind::Spark, 9},
                      {"pending", QT_TRANSLATE_NOOP("Columns", "○ Pending"), ColumnKind::Number, 9},
                      {"processing", QT_TRANSLATE_NOOP("Columns", "◐ Processing"), ColumnKind::Number, 11},
                      {"completed", QT_TRANSLATE_NOOP("Columns", "● Completed"), ColumnKind::Number, 11},
                      {"failed", QT_TRANSLATE_NOOP("Columns", "▲ Failed"), ColumnKind::Number, 7},
                      {"dead_letter", QT_TRANSLATE_NOOP("Columns", "✖ Dead letters"), ColumnKind::Number, 12},
                      {"oldest_pending", QT_TRANSLATE_NOOP("Columns", "Oldest pending"), ColumnKind::Time, 29},
                      {"last_activity", QT_TRANSLATE_NOOP("Columns", "Last activity"), ColumnKind::Time, 29}},
            .identity = [](const Port& port) { return port.portName; },
            .trim = nullptr,
            .rowsChange = true};
}

Listing<PortMessage> portMessages() {
    return {.source = [](Store& store) -> RowSource<PortMessage>& {
                Ports* const ports = store.ports();
                return ports ? ports->messages() : noRows<PortMessage>();
            },
            .columns = portMessageColumns,
            .schema = portMessageSchema,
            .shown = {{"created_at", QT_TRANSLATE_NOOP("Columns", "Created"), ColumnKind::Time, 29},
                      {"port_name", QT_TRANSLATE_NOOP("Columns", "Port"), ColumnKind::Data, 14},
                      {"status", QT_TRANSLATE_NOOP("Columns", "Status"), ColumnKind::State, 13},
                      {"message_data", QT_TRANSLATE_NOOP("Columns", "Data"), ColumnKind::Data, 0},
                      {"retry_count", QT_TRANSLATE_NOOP("Columns", "Retries"), ColumnKind::Number, 6},
                      {"max_retries", QT_TRANSLATE_NOOP("Columns", "Of"), ColumnKind::Number, 3},
                      {"error_message", QT_TRANSLATE_NOOP("Columns", "Error"), ColumnKind::Data, 36},
                      {"source_component", QT_TRANSLATE_NOOP("Columns", "From"), ColumnKind::Data, 16},
                      {"target_component", QT_TRANSLATE_NOOP("Columns", "To"), ColumnKind::Data, 16},
                      {"processed_at", QT_TRANSLATE_NOOP("Columns", "Processed"), ColumnKind::Time, 29},
                      {"completed_at", QT_TRANSLATE_NOOP("Columns", "Completed"), ColumnKind::Time, 29},
                      {"id", QT_TRANSLATE_NOOP("Columns", "Id"), ColumnKind::Data, 36},
                      {"pending_since", QT_TRANSLATE_NOOP("Columns", "Pending since"), ColumnKind::Time, 29},
                      {"died_at", QT_TRANSLATE_NOOP("Columns", "Died"), ColumnKind::Time, 29}},
            .identity = [](const PortMessage& message) { return message.id; },
            .trim = &trim,
            .rowsChange = true};
}

class PortListing final : public TypedListing<Port> {
public:
    PortListing() : TypedListing(ports()) {}

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent, const CancelToken& token) const override {
        Ports* const repository = store.ports();
        if (!repository)
            return TypedListing::page(store, query, RowExtent::Cells, token); // which says why
        auto page = repository->ports().page(query, token);
        PORTOLAN_TRY(page);
        auto activity = repository->activity(currentTime(), token);
        PORTOLAN_TRY(activity);
        for (Port& port : page->rows)
            port.recent = std::move(activity->made[port.portName]);
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<void> prepareExport(Store& store, const CancelToken& token) const override {
        Ports* const repository = store.ports();
        const auto counted =
            repository ? repository->countPorts(Ports::untilExact, token) : Result<PortCounting>(PortCounting());
        return counted ? Result<void>() : counted.error();
    }
    bool rowsAreFew() const override { return true; }
    bool isAtLeast(const RowBlock& rows, int at, int column) const override {
        const Port& port = row(rows, at); // what was counted once is what it was then
        return columns()[static_cast<std::size_t>(column)].kind == ColumnKind::Number && !port.exact && !port.countedAt;
    }
    Figures figures(const RowBlock& rows, int at, int) const override { return row(rows, at).recent; }
};

constexpr std::chrono::milliseconds patience{50};
constexpr qint64 restsLonger = 4;
constexpr qint64 shortestRest = 1'000; ///< milliseconds
constexpr qint64 longestRest = 60'000;

} // namespace

std::shared_ptr<const ListingAdapter> portListing() {
    return std::make_shared<PortListing>();
}

std::shared_ptr<const ListingAdapter> portMessageListing() {
    return std::make_shared<TypedListing<PortMessage>>(portMessages());
}

Filter anyOf(const ColumnSet& schema, QByteArrayView column, const std::vector<QByteArray>& texts) {
    if (texts.empty())
        return {};
    FilterOr any;
    QStringList sources;
    for (const QByteArray& text : texts) {
        const Filter one = equals(schema, column, text);
        any.children.push_back(one.root);
        sources << one.source;
    }
    if (any.children.size() == 1)
        return {sources.first(), any.children.front()};
    return {u'(' + sources.join(QStringLiteral(" or ")) + u')',
            std::make_shared<const FilterNode>(FilterNode{std::move(any)})};
}

PortCounter::PortCounter(QObject* parent) : QObject(parent) {
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, &PortCounter::ask);
}

void PortCounter::setChannel(StoreWorker* channel) {
    m_asker.cancelPending();
    m_rest.stop();
    m_asked = m_again = m_inPass = false;
    m_channel = channel;
    wake();
}

void PortCounter::wake() {
    if (!m_channel)
        return;
    m_again = true;
    if (m_rest.isActive())
        Q_EMIT counts(); // names and times are new, the counts those of the last pass
    else
        ask();
}

void PortCounter::ask() {
    if (std::exchange(m_asked, true))
        return;
    m_again = false;
    if (!std::exchange(m_inPass, true))
        m_pass.start();
    m_channel->ask(
        m_asker,
        [](Store& store, const CancelToken& token) -> Result<PortCounting> {
            Ports* const ports = store.ports();
            return ports ? ports->countPorts(patience, token) : PortCounting{true, 0, true};
        },
        this, [this](const Result<PortCounting>& counting) { adopt(counting); });
}

void PortCounter::adopt(const Result<PortCounting>& counting) {
    m_asked = false;
    if (!counting) {
        m_inPass = false;
        m_rest.start(static_cast<int>(longestRest));
        Q_EMIT failed(counting.error());
        return;
    }
    if (!counting->passEnded) {
        Q_EMIT counts();
        ask();
        return;
    }
    m_inPass = false;
    if (m_again || !counting->exact)
        m_rest.start(static_cast<int>(
            std::clamp(restsLonger * m_pass.elapsed(), counting->exact ? 0 : shortestRest, longestRest)));
    Q_EMIT counts();
}

} // namespace portolan
