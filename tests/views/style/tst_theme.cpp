#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QDir>
#include <QImage>
#include <QtTest>

using namespace portolan;

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textIsReadable_data() {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("ground");
        for (const auto& [theme, t] : {std::pair{"light", lightTokens()}, std::pair{"dark", darkTokens()}}) {
            const std::initializer_list<std::pair<const char*, QColor>> texts{
                {"text", t.text}, {"muted", t.muted},     {"accent", t.accentText},
                {"good", t.good}, {"warning", t.warning}, {"bad", t.bad}};
            const std::initializer_list<std::pair<const char*, QColor>> grounds{
                {"base", t.base}, {"window", t.window}, {"alternate", t.alternate}};
            for (const auto& [textName, text] : texts) {
                for (const auto& [groundName, ground] : grounds)
                    QTest::addRow("%s: %s on %s", theme, textName, groundName) << text << ground;
            }
            QVERIFY(contrast(t.accent, t.window) >= 3.0); // rings, lines and shapes
            const std::initializer_list<std::pair<const char*, QColor>> tints{
                {"selection", t.selection},
                {"selection without focus", t.selectionDim},
                {"hover", t.hover},
                {"error bar", t.barBad},
                {"warning bar", t.barWarning}};
            for (const auto& [groundName, ground] : tints) {
                QTest::addRow("%s: text on %s", theme, groundName) << t.text << ground;
                QTest::addRow("%s: muted on %s", theme, groundName) << t.muted << ground;
            }
            QTest::addRow("%s: accent on selection", theme) << t.accentText << t.selection;
            QTest::addRow("%s: text on accent", theme) << t.onAccent << t.accent;
            QTest::addRow("%s: bad on its bar", theme) << t.bad << t.barBad;
            QTest::addRow("%s: warning on its bar", theme) << t.warning << t.barWarning;
        }
    }
    void textIsReadable() {
        QFETCH(QColor, text);
        QFETCH(QColor, ground);
        const double found = contrast(text, ground);
        QVERIFY2(found >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3").arg(text.name(), ground.name()).arg(found)));
    }

    void everyRoleOfThePaletteIsReadable_data() {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << paletteOf(lightTokens());
        QTest::newRow("dark") << paletteOf(darkTokens());
    }
    void everyRoleOfThePaletteIsReadable() {
        QFETCH(QPalette, palette);
        const std::initializer_list<std::pair<QPalette::ColorRole, QPalette::ColorRole>> pairs{
            {QPalette::WindowText, QPalette::Window},         {QPalette::Text, QPalette::Base},
            {QPalette::Text, QPalette::AlternateBase},        {QPalette::PlaceholderText, QPalette::Base},
            {QPalette::ButtonText, QPalette::Button},         {QPalette::ToolTipText, QPalette::ToolTipBase},
            {QPalette::HighlightedText, QPalette::Highlight}, {QPalette::Link, QPalette::Base}};
        for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
            for (const auto& [text, ground] : pairs)
                QVERIFY2(contrast(palette.color(group, text), palette.color(group, ground)) >= 4.5,
                         qPrintable(QStringLiteral("group %1, role %2").arg(group).arg(text)));
        }
    }

    void contrastIsThatOfTheStandard() {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(qRound(contrast(QColor(0x77, 0x77, 0x77), Qt::white) * 100), 448); // just not enough
    }

    void aPaletteKnowsItsTokens() {
        QCOMPARE(tokensOf(paletteOf(darkTokens())).accent, darkTokens().accent);
        QCOMPARE(tokensOf(paletteOf(lightTokens())).accent, lightTokens().accent);
    }

    void systemFollowsTheDesktop() {
        Theme theme;
        theme.setDesktopPrefersDark(true);
        QCOMPARE(QGuiApplication::palette().color(QPalette::Base), darkTokens().base);
        theme.choose(ThemeChoice::Light);
        QCOMPARE(QGuiApplication::palette().color(QPalette::Base), lightTokens().base);
        theme.choose(ThemeChoice::System);
        QCOMPARE(QGuiApplication::palette().color(QPalette::Base), darkTokens().base);
    }

    void iconsWearThePalette() {
        const QStringList drawings = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(drawings.size() > 20);
        for (const ThemeTokens& tokens : {lightTokens(), darkTokens()}) {
            QGuiApplication::setPalette(paletteOf(tokens));
            for (const QString& drawing : drawings) {
                const QImage image = themedIcon(drawing.chopped(4)).pixmap(32).toImage();
                QVERIFY2(!image.isNull(), qPrintable(drawing));
                int inked = 0;
                for (int y = 0; y < image.height(); ++y) {
                    for (int x = 0; x < image.width(); ++x) {
                        const QColor pixel = image.pixelColor(x, y);
                        inked += pixel.alpha() == 255 ? 1 : 0;
                        if (pixel.alpha() == 255)
                            QCOMPARE(pixel.rgb(), tokens.text.rgb());
                    }
                }
                QVERIFY2(inked > 10, qPrintable(drawing));
            }
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
