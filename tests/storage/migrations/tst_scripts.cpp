// A migration's script never changes once it was landed, not in a comment either: every store remembers its checksum,
// and a changed one is refused. scripts.sha256 is what `sha256sum */*.sql` said of resources/schema; a new script adds
// its line.

#include <QCryptographicHash>
#include <QDirIterator>
#include <QtTest>

class TestScripts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverChange() {
        const QString schema = QStringLiteral(PORTOLAN_SOURCE_DIR "/resources/schema/");
        QMap<QString, QByteArray> landed;
        QFile list(QStringLiteral(PORTOLAN_SOURCE_DIR "/tests/storage/migrations/scripts.sha256"));
        QVERIFY(list.open(QIODevice::ReadOnly));
        for (const QByteArray& line : list.readAll().split('\n')) {
            if (!line.isEmpty())
                landed[QString::fromLatin1(line.mid(66))] = line.first(64);
        }
        int seen = 0;
        QDirIterator scripts(schema, {QStringLiteral("*.sql")}, QDir::Files, QDirIterator::Subdirectories);
        for (; scripts.hasNext(); ++seen) {
            QFile script(scripts.next());
            const QString name = script.fileName().mid(schema.size());
            QVERIFY(script.open(QIODevice::ReadOnly));
            const QByteArray sum = QCryptographicHash::hash(script.readAll(), QCryptographicHash::Sha256).toHex();
            QVERIFY2(landed.contains(name), qPrintable(name + QStringLiteral(" is not in scripts.sha256")));
            QVERIFY2(landed.value(name) == sum, qPrintable(name + QStringLiteral(" was changed")));
        }
        QCOMPARE(seen, landed.size());
    }
};

QTEST_GUILESS_MAIN(TestScripts)
#include "tst_scripts.moc"
