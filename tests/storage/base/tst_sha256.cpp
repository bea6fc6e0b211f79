// SHA-256 by OpenSSL or by Qt: the same digests, whatever pieces the bytes come in.

#include "storage/base/sha256.h"

#include <QCryptographicHash>
#include <QtTest>
#include <random>

using namespace portolan;

class TestSha256 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knownDigests() {
        Sha256 hash;
        QCOMPARE(hash.take().toHex(), QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        hash.add("abc");
        QCOMPARE(hash.take().toHex(), QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(hash.take().toHex(), QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }

    void piecesAreOneWhole() {
        std::mt19937 random(3);
        for (int round = 0; round < 200; ++round) {
            QByteArray bytes(static_cast<qsizetype>(random() % 5'000), '\0');
            for (char& byte : bytes)
                byte = static_cast<char>(random());
            Sha256 hash;
            for (qsizetype at = 0; at < bytes.size();) {
                const auto length = std::min<qsizetype>(bytes.size() - at, static_cast<qsizetype>(random() % 700));
                hash.add(QByteArrayView(bytes).sliced(at, length));
                at += length;
            }
            QCOMPARE(hash.take(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
        }
    }
};

QTEST_GUILESS_MAIN(TestSha256)
#include "tst_sha256.moc"
