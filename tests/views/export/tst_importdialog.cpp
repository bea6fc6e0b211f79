// What the import dialog says of a file before anything is stored.
#include "models/export/importcontroller.h"
#include "tests/support/tempfolder.h"
#include "views/export/importdialog.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

class TestImportDialog : public QObject {
    Q_OBJECT

    TempFolder m_folder;
    Theme m_theme;

    QString write(const QString& name, const QByteArray& text) {
        QFile file(m_folder.path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write");
        return file.fileName();
    }

    struct Bench {
        explicit Bench(const QString& file)
            : desk(
                [](const CancelToken&) -> Result<std::unique_ptr<Store>> {
                    return Error{ErrorCode::ReadOnly, QStringLiteral("Looking stores nothing.")};
                },
                "tester")
            , dialog(new ImportDialog(QStringLiteral("lab"), &desk, file)) {
            dialog->open();
        }
        ~Bench() { delete dialog; }
        [[nodiscard]] QString preview() const { return dialog->findChild<QPlainTextEdit*>()->toPlainText(); }
        /// What is said of the file.
        [[nodiscard]] QString told() const {
            QString all;
            for (const auto* each : dialog->findChildren<QLabel*>())
                all += each->text() + u'\n';
            return all;
        }
        [[nodiscard]] QPushButton* import() const {
            for (auto* each : dialog->findChildren<QPushButton*>()) {
                if (each->accessibleName() == QStringLiteral("Import"))
                    return each;
            }
            return nullptr;
        }
        ImportController desk;
        ImportDialog* dialog;
    };

private Q_SLOTS:
    void initTestCase() {
        const bool isDark = qEnvironmentVariable("PORTOLAN_THEME") == QLatin1String("dark");
        m_theme.choose(isDark ? ThemeChoice::Dark : ThemeChoice::Light);
    }

    void statesOfPortMessagesAreTold() {
        QByteArray csv = "id,port_name,source_component,target_component,message_data,status,created_at\r\n";
        for (int i = 0; i < 3996; ++i)
            csv += ",p,a,b,1," + QByteArray(i < 3946 ? "completed" : "pending") + ",2026-01-01T00:00:00.000Z\r\n";
        Bench bench(write(QStringLiteral("pm.csv"), csv));
        QTRY_VERIFY2(bench.told().contains(QStringLiteral("stay finished: 3")), qPrintable(bench.told()));
        QString told = bench.told();
        told.remove(QChar(0x202f)).remove(QChar(0x2009)).remove(u',');
        QVERIFY2(told.contains(QStringLiteral("stay finished: 3946")), qPrintable(told));
        QVERIFY2(told.contains(QStringLiteral("50 pending")), qPrintable(told));
        QVERIFY(bench.import()->isEnabled());
        if (const QString folder = qEnvironmentVariable("PORTOLAN_PICTURES"); !folder.isEmpty())
            QVERIFY(bench.dialog->grab().save(folder + QStringLiteral("/import.png")));
    }

    void howTheFileIsWrittenIsShownAndChanged() {
        Bench bench(write(QStringLiteral("w.csv"), "Datum;Temp;Druck;Ort\n13.01.2026 10:00;0,5;1.001,25;a\n"));
        const auto choice = [&](const char* name) {
            for (auto* each : bench.dialog->findChildren<QComboBox*>()) {
                if (each->accessibleName() == QLatin1String(name))
                    return each;
            }
            qFatal("no such choice");
        };
        QTRY_COMPARE(choice("Separator")->itemText(0), QStringLiteral("found: ;"));
        QCOMPARE(choice("Decimal mark")->itemText(0), QStringLiteral("found: comma 0,5"));
        QCOMPARE(choice("Times")->itemText(0), QStringLiteral("found: day first, 31.01.2026"));
        QVERIFY2(bench.told().contains(QStringLiteral("Left out: Ort.")), qPrintable(bench.told()));
        QVERIFY2(bench.preview().contains(QStringLiteral("\"1001.25\"")), qPrintable(bench.preview()));
        QVERIFY(bench.import()->isEnabled());
        // Changed, it is read otherwise: a comma is no part of a number now, and 0,5 marks no thousands.
        choice("Decimal mark")->setCurrentIndex(1);
        QTRY_VERIFY2(bench.preview().contains(QStringLiteral("it must be a number")), qPrintable(bench.preview()));
        choice("Decimal mark")->setCurrentIndex(0);
        choice("Separator")->setCurrentIndex(3);
        QTRY_VERIFY(!bench.import()->isEnabled() && bench.told().contains(QStringLiteral("do not tell")));
        choice("Separator")->setCurrentIndex(2);
        QTRY_VERIFY(bench.import()->isEnabled());
        ImportOptions wanted;
        connect(bench.dialog, &ImportDialog::importWanted, this,
                [&](const ImportOptions& options) { wanted = options; });
        bench.import()->click();
        QCOMPARE(wanted.wishes.separator, std::optional(';'));
        QVERIFY(!wanted.wishes.decimal && !wanted.wishes.times && !wanted.wishes.hasNames);
    }

    /// Numbers that can be read in two ways are asked about, and nothing is imported before that is answered.
    void aNumberOfTwoReadingsIsAskedAbout() {
        Bench bench(write(QStringLiteral("n.csv"), "Datum;Wert\n13.01.2026 10:00;1.234\n14.01.2026 10:00;12.345\n"));
        QTRY_VERIFY2(!bench.import()->isEnabled() && bench.told().contains(QStringLiteral("1.234. Say which")),
                     qPrintable(bench.told()));
        QComboBox* decimal = nullptr;
        for (auto* each : bench.dialog->findChildren<QComboBox*>())
            decimal = each->accessibleName() == QStringLiteral("Decimal mark") ? each : decimal;
        QVERIFY(decimal && decimal->isVisible() && decimal->isEnabled());
        decimal->setCurrentIndex(2);
        QTRY_VERIFY2(bench.import()->isEnabled() && bench.preview().contains(QStringLiteral("\"1234\"")),
                     qPrintable(bench.told() + bench.preview()));
        QVERIFY2(bench.told().contains(QStringLiteral("1.234 is the number 1234.")), qPrintable(bench.told()));
    }

    /// As the command's --encoding and --comment: shown as they were understood, and chosen otherwise.
    void encodingAndCommentsAreShownAndChanged() {
        const auto choice = [](const Bench& bench, const char* name) {
            for (auto* each : bench.dialog->findChildren<QComboBox*>()) {
                if (each->accessibleName() == QLatin1String(name))
                    return each;
            }
            qFatal("no such choice");
        };
        const auto choose = [&](const Bench& bench, const char* name, const char* entry) {
            QComboBox* const box = choice(bench, name);
            QVERIFY2(box->findText(QLatin1String(entry)) > 0, entry);
            box->setCurrentIndex(box->findText(QLatin1String(entry)));
        };
        {
            Bench bench(
                write(QStringLiteral("v.csv"), "# made by hand\ntime;K\xe4se;x\n2026-01-01;1;2\n2026-01-02;2;3\n"));
            QTRY_VERIFY2(!bench.import()->isEnabled() && bench.told().contains(QStringLiteral("is not UTF-8")),
                         qPrintable(bench.told()));
            choose(bench, "Encoding", "Windows-1252");
            QTRY_VERIFY2(bench.import()->isEnabled() && bench.preview().contains(QStringLiteral("Käse")),
                         qPrintable(bench.told() + bench.preview()));
            QCOMPARE(choice(bench, "Encoding")->itemText(0), QStringLiteral("found: Windows-1252"));
            QCOMPARE(choice(bench, "Comment lines")->itemText(0), QStringLiteral("found: begin with #"));
            ImportOptions wanted;
            connect(bench.dialog, &ImportDialog::importWanted, this,
                    [&](const ImportOptions& options) { wanted = options; });
            bench.import()->click();
            QCOMPARE(wanted.wishes.encoding, std::optional(TextEncoding::Windows1252));
            QVERIFY(!wanted.wishes.comment && !wanted.wishes.separator && !wanted.wishes.hasNames);
        }
        Bench bench(
            write(QStringLiteral("c.csv"), "; made, by hand\ntime,v\n2026-01-01,1\n; 2026-01-02,9\n2026-01-03,3\n"));
        QTRY_VERIFY2(!bench.told().contains(QStringLiteral("Looking at")), qPrintable(bench.told()));
        QVERIFY(!bench.preview().contains(QStringLiteral("\"3\"")) || bench.preview().contains(QStringLiteral("✖")));
        choose(bench, "Comment lines", "begin with ;");
        QTRY_VERIFY2(bench.import()->isEnabled() && bench.preview().contains(QStringLiteral("2026-01-03")),
                     qPrintable(bench.told() + bench.preview()));
        QVERIFY2(!bench.preview().contains(QStringLiteral("2026-01-02")), qPrintable(bench.preview()));
        QCOMPARE(choice(bench, "Encoding")->itemText(0), QStringLiteral("found: UTF-8"));
        if (const QString folder = qEnvironmentVariable("PORTOLAN_PICTURES"); !folder.isEmpty())
            QVERIFY(bench.dialog->grab().save(folder + QStringLiteral("/import-comments.png")));
        ImportOptions wanted;
        connect(bench.dialog, &ImportDialog::importWanted, this,
                [&](const ImportOptions& options) { wanted = options; });
        bench.import()->click();
        QCOMPARE(wanted.wishes.comment, std::optional(';'));
        QVERIFY(!wanted.wishes.encoding);
    }

    void rejectsAreRefusedInWords() {
        Bench bench(
            write(QStringLiteral("r.csv"),
                  "id,rejected_at,source,key,reason,payload,reinjected_at\r\n1,2026-01-01T00:00:00Z,s,k,r,p,\r\n"));
        QTRY_VERIFY(!bench.import()->isEnabled()
                    && bench.import()->toolTip().contains(QStringLiteral("rejects retry")));
        QVERIFY(bench.preview().isEmpty());
    }
};

QTEST_MAIN(TestImportDialog)
#include "tst_importdialog.moc"
