// The window in German: every text has its translation, in the place where it is asked for, and the names that others
// rely on (CONTRACT §7) stay as they are.

#include "app/desktop/language.h"
#include "app/window/mainwindow.h"
#include "models/charts/chartlines.h"
#include "models/list/format.h"
#include "models/list/panes.h"
#include "storage/base/numbertext.h"
#include "tests/support/missing.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabWidget>
#include <QXmlStreamReader>
#include <QtTest>
#include <mutex>
#include <set>

using namespace portolan;
using test::TempFolder;

namespace {

struct Entry {
    QString context;
    QString source;
    QStringList forms; ///< one, or one for each number
    bool isPlural = false;
    bool isFinished = true;
};

/// Of a file of translations as Qt's own tools write it.
std::vector<Entry> entriesOf(const QString& language) {
    QFile file(QStringLiteral(PORTOLAN_SOURCE_DIR "/resources/translations/portolan_%1.ts").arg(language));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    std::vector<Entry> entries;
    QString context;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"name") {
            context = xml.readElementText();
        } else if (xml.name() == u"message") {
            entries.push_back({context, {}, {}, xml.attributes().value(QLatin1String("numerus")) == u"yes"});
        } else if (xml.name() == u"source") {
            entries.back().source = xml.readElementText();
        } else if (xml.name() == u"numerusform") {
            entries.back().forms << xml.readElementText();
        } else if (xml.name() == u"translation") {
            entries.back().isFinished = !xml.attributes().hasAttribute(QLatin1String("type"));
            if (!entries.back().isPlural)
                entries.back().forms << xml.readElementText();
        }
    }
    if (xml.hasError())
        qFatal("%s: %s", qPrintable(file.fileName()), qPrintable(xml.errorString()));
    return entries;
}

QStringList placeholders(const QString& text) {
    static const QRegularExpression place(QStringLiteral("%L?(\\d|n)"));
    QStringList found;
    for (auto all = place.globalMatch(text); all.hasNext();)
        found << all.next().captured(0);
    found.sort();
    return found;
}

/// Asked before all others: notes what our own code asks for and no file has.
class AskedFor : public QTranslator {
public:
    AskedFor() {
        for (const Entry& entry : entriesOf(QStringLiteral("de")))
            m_known.emplace(entry.context, entry.source);
    }
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char*, int) const override {
        const std::pair key(QString::fromUtf8(context), QString::fromUtf8(source));
        const bool isQts = key.first.startsWith(u'Q');
        const std::lock_guard lock(m_mutex); // texts are made on the threads of stores, too
        ++m_asked;
        if (!isQts && !key.second.isEmpty() && !m_known.contains(key))
            m_missing.insert(key.first + QStringLiteral(": ") + key.second);
        return {};
    }
    QStringList missing() const {
        const std::lock_guard lock(m_mutex);
        return {m_missing.begin(), m_missing.end()};
    }
    qint64 asked() const {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }

private:
    std::set<std::pair<QString, QString>> m_known;
    mutable std::mutex m_mutex;
    mutable std::set<QString> m_missing;
    mutable qint64 m_asked = 0;
};

QString accessibleName(const QWidget* widget) {
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
    return interface ? interface->text(QAccessible::Name) : QString();
}

/// A window on the sample pipeline, with settings of its own.
struct Bench {
    Bench() : settings(folder.path(QStringLiteral("portolan.ini"))), window(settings, theme) {
        window.show();
        window.openSample(*SourceUrl::parse(QStringLiteral("demo:?rate=0&seed=1&count=600")));
    }
    template <class Widget>
    [[nodiscard]] Widget* find(const QString& name) const {
        const auto all = window.findChildren<Widget*>();
        const auto found =
            std::ranges::find_if(all, [&](auto* w) { return w->isVisible() && accessibleName(w) == name; });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] int rowsOf(const QString& table) const {
        const auto tables = window.findChildren<DataTable*>();
        const auto found = std::ranges::find_if(tables, [&](auto* t) { return t->accessibleName() == table; });
        return found == tables.end() ? 0 : (*found)->model()->rowCount();
    }
    /// Every pane with what it shows of the sample.
    void visit(const std::function<void()>& look) {
        window.goTo(QStringLiteral("batches"));
        QTRY_VERIFY_WITH_TIMEOUT(rowsOf(QStringLiteral("Messages")) > 0, 30'000);
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending)
                continue;
            window.goTo(QLatin1String(entry.id));
            if (qstrcmp(entry.id, "ports") == 0)
                QTRY_VERIFY_WITH_TIMEOUT(rowsOf(QStringLiteral("Ports")) > 0, 30'000);
            else if (qstrcmp(entry.id, "dead-letters") == 0)
                QTRY_VERIFY_WITH_TIMEOUT(window.pane()->isSettled(), 30'000); // letters may take minutes to die
            else if (qstrcmp(entry.id, "tables") == 0)
                QTRY_VERIFY_WITH_TIMEOUT(rowsOf(QStringLiteral("Tables")) > 0, 30'000);
            look();
        }
    }

    TempFolder folder;
    Settings settings;
    Theme theme;
    MainWindow window;
};

/// What is written on a window, data aside.
QStringList textsOf(const QWidget& window) {
    QStringList texts;
    for (const auto* label : window.findChildren<QLabel*>())
        texts << label->text() << label->toolTip();
    for (const auto* button : window.findChildren<QAbstractButton*>())
        texts << button->text() << button->toolTip();
    for (const auto* action : window.findChildren<QAction*>())
        texts << action->text() << action->toolTip();
    for (const auto* line : window.findChildren<QLineEdit*>())
        texts << line->placeholderText();
    for (const auto* dock : window.findChildren<QDockWidget*>())
        texts << dock->windowTitle();
    for (const auto* dialog : window.findChildren<QDialog*>())
        texts << dialog->windowTitle();
    for (const auto* box : window.findChildren<QComboBox*>()) {
        for (int i = 0; i < box->count(); ++i)
            texts << box->itemText(i);
    }
    for (const auto* tabs : window.findChildren<QTabWidget*>()) {
        for (int i = 0; i < tabs->count(); ++i)
            texts << tabs->tabText(i);
    }
    for (const auto* list : window.findChildren<QListWidget*>()) {
        for (int i = 0; i < list->count(); ++i)
            texts << list->item(i)->text();
    }
    for (const auto* header : window.findChildren<QHeaderView*>()) {
        for (int i = 0; header->model() && i < header->count(); ++i)
            texts << header->model()->headerData(i, header->orientation()).toString();
    }
    return texts;
}

/// The English texts that read otherwise in German, wherever they stand.
QSet<QString> englishOnly() {
    QSet<QString> differ;
    QSet<QString> same;
    for (const Entry& entry : entriesOf(QStringLiteral("de")))
        (entry.forms.contains(entry.source) ? same : differ) << entry.source;
    return differ - same;
}

/// Returns a label without the shape before it and the count after it.
QString bare(const QString& text) {
    static const QRegularExpression around(QStringLiteral("^[○◐●▲✖] |  [≥ \\d\\x{2009}]+$"));
    return QString(text).remove(around).trimmed();
}

const QStringList contractNames{QStringLiteral("Panes"),
                                QStringLiteral("Batch files"),
                                QStringLiteral("Messages"),
                                QStringLiteral("Ports"),
                                QStringLiteral("Port messages"),
                                QStringLiteral("Dead letter groups"),
                                QStringLiteral("Dead letters"),
                                QStringLiteral("Checkpoints"),
                                QStringLiteral("Checkpoint versions"),
                                QStringLiteral("Components"),
                                QStringLiteral("Component versions"),
                                QStringLiteral("Health"),
                                QStringLiteral("Series"),
                                QStringLiteral("Sensor events"),
                                QStringLiteral("Rejected"),
                                QStringLiteral("Gaps"),
                                QStringLiteral("Tables"),
                                QStringLiteral("Rows"),
                                QStringLiteral("Checks"),
                                QStringLiteral("Audit log"),
                                QStringLiteral("Replay runs"),
                                QStringLiteral("Filter"),
                                QStringLiteral("Inspector"),
                                QStringLiteral("Chart"),
                                QStringLiteral("Start receiving"),
                                QStringLiteral("Stop receiving"),
                                QStringLiteral("Replay…"),
                                QStringLiteral("Recall"),
                                QStringLiteral("Edit and replay…"),
                                QStringLiteral("Export…"),
                                QStringLiteral("Report…"),
                                QStringLiteral("Restore…"),
                                QStringLiteral("Promote…"),
                                QStringLiteral("Compare"),
                                QStringLiteral("Run checks")};

} // namespace

class TestLanguage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wordsNameLanguages() {
        QCOMPARE(languageNamed(QStringLiteral("de")), std::optional(Language::German));
        QCOMPARE(languageNamed(QStringLiteral("system")), std::optional(Language::System));
        QCOMPARE(languageNamed(QStringLiteral("tlh")), std::nullopt);
        for (const Language language : {Language::System, Language::English, Language::German})
            QCOMPARE(languageNamed(languageWord(language)), std::optional(language));
    }

    void theSystemsFirstLanguageThatThereIsCounts() {
        QCOMPARE(spokenOf({QStringLiteral("de-AT"), QStringLiteral("en-GB")}), Language::German);
        QCOMPARE(spokenOf({QStringLiteral("de_DE")}), Language::German);
        QCOMPARE(spokenOf({QStringLiteral("fr-FR"), QStringLiteral("de")}), Language::German);
        QCOMPARE(spokenOf({QStringLiteral("en-US"), QStringLiteral("de-DE")}), Language::English);
        QCOMPARE(spokenOf({QStringLiteral("C")}), Language::English);
        QCOMPARE(spokenOf({}), Language::English);
    }

    void theChoiceIsRemembered() {
        const TempFolder folder;
        Settings settings(folder.path(QStringLiteral("portolan.ini")));
        QCOMPARE(settings.language(), Language::System);
        settings.setLanguage(Language::German);
        QCOMPARE(settings.language(), Language::German);
        settings.flush();
        QCOMPARE(Settings(folder.path(QStringLiteral("portolan.ini"))).language(), Language::German);
    }

    void translationsAreWholeAndAgree_data() {
        QTest::addColumn<QString>("language");
        QTest::newRow("de") << QStringLiteral("de");
        QTest::newRow("en") << QStringLiteral("en");
    }
    void translationsAreWholeAndAgree() {
        QFETCH(QString, language);
        const std::vector<Entry> entries = entriesOf(language);
        QVERIFY(!entries.empty());
        for (const Entry& entry : entries) {
            const QByteArray about = (entry.context + QStringLiteral(": ") + entry.source).toUtf8();
            QVERIFY2(entry.isFinished, about);
            QCOMPARE(entry.forms.size(), entry.isPlural ? 2 : 1);
            QStringList places = placeholders(entry.source);
            for (int form = 0; form < entry.forms.size(); ++form) {
                const QString& text = entry.forms[form];
                QVERIFY2(!text.isEmpty(), about);
                QStringList found = placeholders(text);
                if (entry.isPlural && form == 0) { // one may be a word
                    places.removeAll(QStringLiteral("%n"));
                    found.removeAll(QStringLiteral("%n"));
                } else {
                    places = placeholders(entry.source);
                }
                QVERIFY2(found == places, about);
                QVERIFY2(text.count(u'\n') == entry.source.count(u'\n'), about);
                QVERIFY2(text.startsWith(u' ') == entry.source.startsWith(u' '), about);
                QVERIFY2(text.endsWith(u' ') == entry.source.endsWith(u' '), about);
            }
        }
    }

    void oneIsNotSeveral() {
        const auto more = [](int n) {
            return QCoreApplication::translate(
                "ReportReading", "%n more series have samples of this time; a filter chooses others.", nullptr, n);
        };
        {
            const Translation german(Language::German);
            QVERIFY(more(1).startsWith(QLatin1String("1 weitere Reihe hat ")));
            QVERIFY(more(2).startsWith(QLatin1String("2 weitere Reihen haben ")));
        }
        const Translation english(Language::English);
        QVERIFY(more(1).startsWith(QLatin1String("1 more series has ")));
        QVERIFY(more(2).startsWith(QLatin1String("2 more series have ")));
    }

    void numbersFollowTheLanguageOnTheScreenOnly() {
        const Timestamp now = currentTime();
        {
            const Translation german(Language::German);
            QCOMPARE(german.language(), Language::German);
            QCOMPARE(realText(1234.5), QStringLiteral("1234,5"));
            QCOMPARE(measuredFigure(0.25, 1), QStringLiteral("0,2"));
            QCOMPARE(numberText(0.25), QByteArray("0.25"));
            QCOMPARE(ageText(now, now), QStringLiteral("jetzt"));
            QCOMPARE(ageText(now - std::chrono::hours(24 * 800), now), QStringLiteral("2 J"));
        }
        QCOMPARE(realText(1234.5), QStringLiteral("1234.5"));
        QCOMPARE(ageText(now, now), QStringLiteral("now"));
    }

    void qtsOwnDialogsSpeakItToo() {
        if (!QFile::exists(QLibraryInfo::path(QLibraryInfo::TranslationsPath) + QStringLiteral("/qtbase_de.qm")))
            PORTOLAN_MISSING("qtbase_de.qm");
        const Translation german(Language::German);
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QStringLiteral("Abbrechen"));
        QCOMPARE(QKeySequence(QStringLiteral("Ctrl+K")).toString(QKeySequence::NativeText), QStringLiteral("Strg+K"));
    }

    void theWindowSpeaksGerman() {
        const Translation german(Language::German);
        AskedFor asked;
        QCoreApplication::installTranslator(&asked);
        const QSet<QString> english = englishOnly();
        QVERIFY(english.contains(QStringLiteral("Messages")));
        QSet<QString> found;
        {
            Bench bench;
            const auto look = [&] {
                for (const QString& text : textsOf(bench.window)) {
                    if (english.contains(text) || english.contains(bare(text)))
                        found << text;
                }
            };
            look(); // while the store is being opened
            bench.visit(look);
            for (const QString& name : {QStringLiteral("Export…"), QStringLiteral("Report…")}) {
                bench.window.goTo(QStringLiteral("dead-letters"));
                auto* const button = bench.find<QPushButton>(name);
                QVERIFY2(button, qPrintable(name));
                QTRY_VERIFY(button->isEnabled());
                button->click();
                look();
                for (auto* dialog : bench.window.findChildren<QDialog*>())
                    dialog->close();
            }
            for (const Qt::Key key : {Qt::Key_F1, Qt::Key_O}) { // the shortcuts, and the form for a store
                QTest::keyClick(&bench.window, key, key == Qt::Key_O ? Qt::ControlModifier : Qt::NoModifier);
                look();
                for (auto* dialog : bench.window.findChildren<QDialog*>())
                    dialog->close();
            }
        }
        QCoreApplication::removeTranslator(&asked);
        QVERIFY(asked.asked() > 500);
        QVERIFY2(found.isEmpty(), qPrintable(QStringList(found.values()).join(u'\n')));
        QVERIFY2(asked.missing().isEmpty(), qPrintable(asked.missing().join(u'\n')));
    }

    void noParagraphIsCut_data() { theNamesOfTheContractStay_data(); }
    /// In any dialog that an action of the window opens, each line of a text has its place.
    void noParagraphIsCut() {
        QFETCH(int, language);
        const Translation translation(static_cast<Language>(language));
        Bench bench;
        bench.window.goTo(QStringLiteral("batches"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.rowsOf(QStringLiteral("Messages")) > 0, 30'000);
        QSet<QString> seen;
        for (QAction* const action : bench.window.findChildren<QAction*>()) {
            if (!action->isEnabled() || !action->text().endsWith(u'…'))
                continue;
            action->trigger();
            QStringList cut;
            const auto allHavePlace = [&] {
                cut.clear();
                for (const auto* const dialog : bench.window.findChildren<QDialog*>()) {
                    if (!dialog->isVisible() || qobject_cast<const QFileDialog*>(dialog))
                        continue;
                    seen << QLatin1String(dialog->metaObject()->className());
                    for (const auto* const label : dialog->findChildren<QLabel*>()) {
                        if (label->isVisible() && label->wordWrap()
                            && label->height() < label->heightForWidth(label->width()))
                            cut << label->text();
                    }
                }
                return cut.isEmpty();
            };
            QVERIFY2(QTest::qWaitFor(allHavePlace, 2'000), qPrintable(action->text() + u'\n' + cut.join(u'\n')));
            for (auto* const dialog : bench.window.findChildren<QDialog*>())
                dialog->close();
        }
        QVERIFY2(seen.size() >= 6, qPrintable(QStringList(seen.values()).join(u' ')));
    }

    void theNamesOfTheContractStay_data() {
        QTest::addColumn<int>("language");
        QTest::newRow("en") << static_cast<int>(Language::English);
        QTest::newRow("de") << static_cast<int>(Language::German);
    }
    void theNamesOfTheContractStay() {
        QFETCH(int, language);
        const Translation translation(static_cast<Language>(language));
        Bench bench;
        QSet<QString> names;
        QStringList cut; // titles that are longer than their columns
        bench.visit([&] {
            for (const auto* widget : bench.window.findChildren<QWidget*>())
                names << accessibleName(widget);
            for (const auto* table : bench.window.findChildren<DataTable*>()) {
                const QHeaderView* const titles = table->horizontalHeader();
                for (int i = 0; table->isVisible() && i < titles->count(); ++i) {
                    if (titles->sectionSize(i) < titles->sectionSizeHint(i))
                        cut << titles->model()->headerData(i, Qt::Horizontal).toString();
                }
            }
        });
        QCOMPARE(cut.join(u' '), QString());
        for (const QString& name : contractNames)
            QVERIFY2(names.contains(name), qPrintable(name));
        const auto* const panes = bench.find<QListWidget>(QStringLiteral("Panes"));
        QAccessibleInterface* const list = QAccessible::queryAccessibleInterface(const_cast<QListWidget*>(panes));
        QStringList entries;
        for (int i = 0; i < list->childCount(); ++i)
            entries << list->child(i)->text(QAccessible::Name);
        QCOMPARE(entries.join(u' '),
                 QStringLiteral("Overview Batches Ports Dead letters Checkpoints Components Metrics "
                                "Events Tables Integrity Operations Audit"));
    }
};

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
