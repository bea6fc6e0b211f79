// The writer's state as other versions wrote it.

#include "storage/base/bytes.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/checksum.h"
#include "tests/support/writtenbatches.h"

#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int batchSize = 4;

IngestItem message(qint64 number) {
    return messageItem(static_cast<quint64>(number), number, "message " + QByteArray::number(number));
}

/// The writer's state as the version before the lines were kept wrote it.
void makeOlder(const BatchFolder& batches) {
    const QString name = batches.own() + QStringLiteral("/state");
    auto state = decodeState(BatchFolder::get(name), StateParts::All);
    state->lines = LineBook();
    state->strays.clear();
    const QByteArray encoded = encodeState(*state);
    const QByteArray body =
        encoded.sliced(12, encoded.size() - 12 - 6 - 14); // without mark, counts of files and segments, and strays
    ByteWriter file;
    file.raw("PORTSTA2");
    file.u32(crc32c(body));
    file.raw(body);
    BatchFolder::put(name, file.data());
    QDir(batches.own() + QStringLiteral("/lines")).removeRecursively();
}

} // namespace

class TestOlderStates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOlderStates() {
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (qint64 number = 1; number <= 6; ++number)
            items.push_back(message(number));
        QVERIFY((*openWriter(batches, batchSize))->store(items));
        makeOlder(batches);
        items[1].delivery.payload = "of which no hash is known: the same";
        items.push_back(message(7));
        const IngestCounts counts = *(*openWriter(batches, batchSize))->store(items);
        QCOMPARE(counts.duplicates, 6);
        QCOMPARE(counts.stored, 1);
        const CheckResult result = verify(batches, batchSize).at("acknowledged");
        QVERIFY2(!result.found && result.detail.contains("6 lines were not compared"), result.detail.constData());
    }

    void refusesNewerStatesInWords() {
        const BatchFolder batches;
        const auto item = message(1);
        QVERIFY((*openWriter(batches, batchSize))->store(std::span(&item, 1)));
        const QString name = batches.own() + QStringLiteral("/state");
        BatchFolder::put(name, BatchFolder::get(name).replace("PORTSTA4", "PORTSTA5"));
        const auto writer = openWriter(batches, batchSize);
        QVERIFY(!writer);
        QCOMPARE(writer.error().code, ErrorCode::Unsupported);
        QVERIFY(writer.error().text.contains(QStringLiteral("newer version")));
    }
};

QTEST_GUILESS_MAIN(TestOlderStates)
#include "tst_olderstates.moc"
