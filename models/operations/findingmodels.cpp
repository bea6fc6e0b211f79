#include "models/operations/findingmodels.h"

#include "models/list/format.h"
#include "storage/store.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

struct HealthWords {
    Q_DECLARE_TR_FUNCTIONS(Health)
};

struct FindingPlace {
    const char* finding;
    const char* place;
    const char* filter;
};
constexpr std::array findingPlaces{
    FindingPlace{"backups", "operations/backups", ""},
    FindingPlace{"disk-filling", "operations/retention", ""},
    FindingPlace{"gaps-open", "batches/gaps", "not closed_at:*"},
    FindingPlace{"jobs-without-program", "operations/jobs", "state:running heartbeat_at<-5m"},
    FindingPlace{"rejects-open", "batches/rejects", "state:open"},
    FindingPlace{"replays-frozen", "dead-letters/replays", "state:frozen age>7d"},
    FindingPlace{"replays-unfinished", "dead-letters/replays", "state:paused,failed"},
    FindingPlace{"schema", "operations/migrations", ""},
};

/// Says a phrase in the language of the window. Foreign words alone stay as they are, and so does what was said before.
QString sayOfFinding(const Phrase& phrase) {
    if (QByteArrayView(phrase.text) == "%1")
        return phrase.english();
    return phrase.filledInto(QCoreApplication::translate("Findings", phrase.text));
}

/// Cells are in the language of the window; filters and files keep the words that storage has.
void translateFinding(HealthFinding& finding) {
    for (Phrase* const part : {&finding.subject, &finding.detail, &finding.remedy})
        *part = Phrase::ofWords(sayOfFinding(*part));
}

/// Writes a time that a question took.
QString tookText(double milliseconds) {
    return HealthWords::tr("%1 ms").arg(measuredFigure(milliseconds, milliseconds < 10 ? 2 : 0));
}

} // namespace

std::shared_ptr<const ListingAdapter> findingListing() {
    return std::make_shared<TypedListing<HealthFinding>>(
        Listing<HealthFinding>{.source = [](Store& store) -> RowSource<HealthFinding>& {
                                   RowSource<HealthFinding>* const findings = store.findings();
                                   return findings ? *findings : noRows<HealthFinding>();
                               },
                               .columns = healthFindingColumns,
                               .schema = healthFindingSchema,
                               .shown = {{"urgency", QT_TRANSLATE_NOOP("Columns", "Urgency"), ColumnKind::State, 9},
                                         {"subject", QT_TRANSLATE_NOOP("Columns", "Subject"), ColumnKind::Data, 18},
                                         {"detail", QT_TRANSLATE_NOOP("Columns", "Found"), ColumnKind::Data, 30},
                                         {"remedy", QT_TRANSLATE_NOOP("Columns", "What to do"), ColumnKind::Data, -28}},
                               .identity = [](const HealthFinding& finding) { return finding.id; },
                               .trim = translateFinding,
                               .rowsChange = true});
}

Inspection inspect(const HealthFinding& finding) {
    Inspection inspection;
    inspection.title = visibleText(sayOfFinding(finding.subject).toUtf8(), 80);
    inspection.facts = {
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Urgency")), statusText(urgencyName(finding.urgency))},
        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Name")), visibleText(finding.name)}};
    const QString file = QStringLiteral("finding.txt");
    inspection.documents = {readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "What to do")),
                                         sayOfFinding(finding.remedy).toUtf8(), file),
                            readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Found")),
                                         sayOfFinding(finding.detail).toUtf8(), file)};
    return inspection;
}

PaneLink linkOfFinding(const QByteArray& name) {
    const auto* const found =
        std::ranges::find_if(findingPlaces, [&](const FindingPlace& each) { return name == each.finding; });
    return found == findingPlaces.end() ? PaneLink()
                                        : PaneLink{QLatin1String(found->place), QLatin1String(found->filter)};
}

QString figuresOfStore(std::span<const StoreStats> sizes) {
    if (sizes.empty())
        return {};
    const StoreStats& whole = sizes.front();
    QStringList parts;
    if (whole.bytes)
        parts << HealthWords::tr("Size: %1").arg(byteSize(*whole.bytes));
    if (whole.rows)
        parts << HealthWords::tr("Rows: %1")
                     .arg((whole.isEstimate ? QStringLiteral("≈ ") : QString()) + groupedNumber(*whole.rows));
    if (whole.cache && whole.cache->hits + whole.cache->misses > 0)
        parts << HealthWords::tr("Found in the read cache: %1")
                     .arg(shareText(static_cast<double>(whole.cache->hits)
                                    / static_cast<double>(whole.cache->hits + whole.cache->misses)));
    if (whole.latency)
        parts << HealthWords::tr("Questions took %1 (50 of 100), %2 (95), %3 (99) at most")
                     .arg(tookText(whole.latency->p50), tookText(whole.latency->p95), tookText(whole.latency->p99));
    if (whole.pool)
        parts << HealthWords::tr("Connections: %1 in use, %2 kept, of %3")
                     .arg(whole.pool->open - whole.pool->kept)
                     .arg(whole.pool->kept)
                     .arg(whole.pool->most);
    if (whole.bytesADay)
        parts << HealthWords::tr("Grows by %1 a day").arg(byteSize(std::max(qint64(0), qint64(*whole.bytesADay))));
    if (whole.fullAt)
        parts << HealthWords::tr("Disk full at %1").arg(QString::fromLatin1(toIsoTime(*whole.fullAt).first(10)));
    return parts.join(QStringLiteral(" · "));
}

QString figuresOfQuestions(const QuestionLog::Figures& figures) {
    if (figures.counts.asked == 0)
        return {};
    QStringList parts{HealthWords::tr("Questions of the last hour: %1").arg(groupedNumber(figures.counts.asked))};
    if (const auto latency = Latency::of(figures.milliseconds))
        parts << HealthWords::tr("They took %1 (50 of 100), %2 (95), %3 (99) at most")
                     .arg(tookText(latency->p50), tookText(latency->p95), tookText(latency->p99));
    parts << HealthWords::tr("Slow: %1").arg(groupedNumber(figures.counts.slow))
          << HealthWords::tr("Failed: %1").arg(groupedNumber(figures.counts.failed));
    QString text = parts.join(QStringLiteral(" · "));
    constexpr std::size_t mostNamed = 5;
    for (std::size_t i = 0; i < std::min(figures.noted.size(), mostNamed); ++i) {
        const QuestionLog::Noted& noted = figures.noted[i];
        const QString list =
            noted.list.isEmpty() ? HealthWords::tr("other than a list") : QString::fromUtf8(noted.list);
        text += u'\n'
                + HealthWords::tr("%1, %2: %3")
                      .arg(ageText(noted.at, currentTime()),
                           noted.filter.isEmpty() ? list : list + u' ' + visibleText(noted.filter.toUtf8(), 120),
                           noted.problem.isEmpty() ? tookText(noted.milliseconds)
                                                   : visibleText(noted.problem.toUtf8(), 160));
    }
    return text;
}

} // namespace portolan
