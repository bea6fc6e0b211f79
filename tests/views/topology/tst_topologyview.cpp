#include "views/style/theme.h"
#include "views/topology/topologypaint.h"
#include "views/topology/topologyview.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QtTest>
#include <limits>

using namespace portolan;

namespace {

PortFlow flow(const QByteArray& source, const QByteArray& port, const QByteArray& target, double perMinute,
              qint64 dead = 0) {
    PortFlow made;
    made.source = source;
    made.port = port;
    made.target = target;
    made.perMinute = perMinute;
    made.deadLetters = dead;
    return made;
}

/// Intake feeds check, check feeds store and audit; what store refuses goes back to check.
Topology small() {
    const std::vector<PortFlow> flows{flow("intake", "orders", "check", 120), flow("check", "checked", "store", 110, 4),
                                      flow("check", "trail", "audit", 0), flow("store", "refused", "check", 3)};
    Topology topology = topologyOf(flows);
    topology.nodes[static_cast<std::size_t>(*topology.find(false, "audit"))].state = "silent";
    return topology;
}

/// Fifty components in seven stages, two hundred ports from each to the next ones.
Topology large() {
    QRandomGenerator random(11);
    std::vector<PortFlow> flows;
    const auto component = [](int stage, int number) {
        return QByteArray("stage") + QByteArray::number(stage) + "-worker-" + QByteArray::number(number);
    };
    constexpr int stages = 7;
    constexpr int each = 7;
    for (int i = 0; i < 200; ++i) {
        const int stage = i < 49 ? 1 + i / each % (stages - 1) : 1 + random.bounded(stages - 1);
        const int from = std::max(0, stage - 1 - (random.bounded(10) == 0 ? 1 : 0));
        flows.push_back(flow(i == 199 ? QByteArray("stage0-worker-x") : component(from, i % each),
                             "port-" + QByteArray::number(i), component(stage, random.bounded(each)),
                             random.bounded(5000), random.bounded(8) == 0 ? random.bounded(90) : 0));
    }
    return topologyOf(flows);
}

} // namespace

class TestTopologyView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_view = std::make_unique<TopologyView>();
        m_view->setPalette(paletteOf(lightTokens()));
        m_view->resize(900, 360);
        m_view->show();
    }
    void cleanup() { m_view.reset(); }

    void saysItsFigures() {
        m_view->setTopology(small());
        QCOMPARE(m_view->accessibleDescription(), QStringLiteral("components=4 ports=4 silent=1 dead_letters=4"));
        m_view->setNote(QStringLiteral("No port messages."));
        QCOMPARE(m_view->accessibleDescription(), QStringLiteral("No port messages."));
    }

    void showsAllOfIt() {
        m_view->setTopology(small());
        for (int node = 0; node < static_cast<int>(m_view->topology().nodes.size()); ++node)
            QVERIFY(QRectF(m_view->rect()).contains(m_view->placeOf(node)));
    }

    void aClickChooses() {
        m_view->setTopology(small());
        const QSignalSpy ports(m_view.get(), &TopologyView::portChosen);
        const QSignalSpy components(m_view.get(), &TopologyView::componentChosen);
        click(true, "checked");
        QCOMPARE(ports.size(), 1);
        QCOMPARE(ports[0][0].toByteArray(), QByteArray("checked"));
        QVERIFY(m_view->accessibleDescription().contains(QStringLiteral("checked · port · 110/min · dead letters: 4")));
        click(false, "audit");
        QCOMPARE(components[0][0].toByteArray(), QByteArray("audit"));
        QVERIFY(m_view->accessibleDescription().endsWith(QStringLiteral("audit · component · ✖ silent")));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, {2, 2});
        QVERIFY(!m_view->chosen());
    }

    void aDoubleClickOpens() {
        m_view->setTopology(small());
        const QSignalSpy opened(m_view.get(), &TopologyView::portOpened);
        QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, middle(true, "checked"));
        QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, middle(true, "orders"));
        QCOMPARE(opened.size(), 2);
        QCOMPARE(opened[0], (QVariantList{QByteArray("checked"), true}));
        QCOMPARE(opened[1], (QVariantList{QByteArray("orders"), false}));
    }

    void arrowsGoFromOneToTheNext() {
        m_view->setTopology(small());
        click(false, "intake");
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(chosenName(), QByteArray("orders"));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(chosenName(), QByteArray("check"));
        QTest::keyClick(m_view.get(), Qt::Key_Left);
        QCOMPARE(chosenName(), QByteArray("orders"));
        const QSignalSpy opened(m_view.get(), &TopologyView::portOpened);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(!m_view->chosen());
    }

    void anEdgeIsHit() {
        m_view->setTopology(small());
        const int edge = edgeFrom("check", "checked");
        const QPointF middle = m_view->middleOf(edge);
        QCOMPARE(m_view->edgeAt(middle), std::optional(edge));
        QCOMPARE(m_view->edgeAt(m_view->placeOf(*m_view->topology().find(true, "checked")).center()), std::nullopt);
        QCOMPARE(m_view->edgeAt({2, 2}), std::nullopt);
        m_view->setTopology(topologyOf(std::vector{flow("a", "p", "b", 0)})); // no figures, level
        const QPointF level = m_view->middleOf(0);
        QCOMPARE(m_view->edgeAt(level + QPointF(0, 4)), std::optional(0));
        QCOMPARE(m_view->edgeAt(level + QPointF(0, 7)), std::nullopt);
    }

    void anEdgeIsChosen() {
        m_view->setTopology(small());
        const QSignalSpy chosen(m_view.get(), &TopologyView::edgeChosen);
        const int edge = edgeFrom("check", "checked");
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->middleOf(edge).toPoint());
        QCOMPARE(m_view->chosenEdge(), std::optional(edge));
        QVERIFY(!m_view->chosen());
        QCOMPARE(chosen.size(), 1);
        QVERIFY(m_view->accessibleDescription().endsWith(
            QStringLiteral("\ncheck → checked → store · 110/min · dead letters: 4")));
        m_view->setTopology(small()); // refreshed
        QCOMPARE(m_view->chosenEdge(), std::optional(edge));
        click(false, "audit");
        QVERIFY(!m_view->chosenEdge() && m_view->chosen());
    }

    void anEdgeIsOpened() {
        m_view->setTopology(small());
        const QSignalSpy opened(m_view.get(), &TopologyView::edgeOpened);
        const int edge = edgeFrom("check", "checked");
        QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, m_view->middleOf(edge).toPoint());
        m_view->chooseEdge(edge);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(opened.size(), 2);
        QCOMPARE(opened[0][0].toInt(), edge);
        QCOMPARE(opened[1][0].toInt(), edge);
    }

    void edgesAreReachedByKeyboard() {
        m_view->setTopology(small());
        click(false, "intake");
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_view->chosenEdge(), std::optional(edgeFrom("intake", "orders")));
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_view->chosenEdge(), std::optional(edgeTo("orders", "check")));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(chosenName(), QByteArray("check"));
        const int one = edgeFrom("check", "checked");
        const int other = edgeFrom("check", "trail");
        const bool isBelow = m_view->middleOf(other).y() > m_view->middleOf(one).y();
        m_view->chooseEdge(one);
        QTest::keyClick(m_view.get(), isBelow ? Qt::Key_Down : Qt::Key_Up);
        QCOMPARE(m_view->chosenEdge(), std::optional(other));
        QTest::keyClick(m_view.get(), isBelow ? Qt::Key_Up : Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(m_view->chosenEdge(), std::optional(one));
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(!m_view->chosenEdge());
    }

    void theEdgeUnderTheMouseStandsOut() {
        m_view->setTopology(small());
        QTest::mouseMove(m_view.get(), {2, 2});
        const QImage before = m_view->grab().toImage();
        QTest::mouseMove(m_view.get(), m_view->middleOf(edgeFrom("check", "trail")).toPoint());
        QTRY_VERIFY(m_view->grab().toImage() != before);
        QCOMPARE(m_view->cursor().shape(), Qt::PointingHandCursor);
        QTest::mouseMove(m_view.get(), {2, 2});
        QTRY_COMPARE(m_view->cursor().shape(), Qt::ArrowCursor);
    }

    void figuresCrossNothing_data() {
        QTest::addColumn<bool>("isLarge");
        QTest::addRow("small") << false;
        QTest::addRow("large") << true;
    }
    void figuresCrossNothing() {
        QFETCH(const bool, isLarge);
        const Topology topology = isLarge ? large() : small();
        const TopologyEdges edges = edgesOf(topology, TopologyPaint::smallFace(m_view->font()));
        int placed = 0;
        for (std::size_t i = 0; i < edges.labels.size(); ++i) {
            const QRectF box = edges.labels[i].box;
            if (box.isNull())
                continue;
            QVERIFY(std::ranges::none_of(topology.layout.nodes, [&](const QRectF& n) { return n.intersects(box); }));
            if (!edges.labels[i].hasRoom)
                continue;
            ++placed;
            for (std::size_t other = 0; other < edges.labels.size(); ++other) {
                if (other == i)
                    continue;
                QVERIFY(!edges.labels[other].hasRoom || !edges.labels[other].box.intersects(box));
                QVERIFY2(!runsThrough(edges.lines[other], box), qPrintable(QString::number(other)));
            }
        }
        qInfo("%d of %zu edges have their figures", placed, edges.labels.size());
        const auto idle = std::ranges::count_if(
            topology.edges, [](const Topology::Edge& e) { return e.perMinute == 0.0 && e.deadLetters == 0; });
        QVERIFY(isLarge ? placed > 20 : placed == std::ssize(edges.labels) - idle);
    }

    void theWheelZoomsAtTheCursor() {
        m_view->setTopology(large());
        const QPointF at = m_view->placeOf(20).center();
        const double before = m_view->placeOf(20).width();
        turnWheel(at, 480);
        QVERIFY(m_view->placeOf(20).width() > 1.9 * before);
        QVERIFY(QLineF(m_view->placeOf(20).center(), at).length() < 1.0);
        // The same once more: the place looked at stays, another picture is shown whole.
        const QRectF place = m_view->placeOf(20);
        m_view->setTopology(large());
        QCOMPARE(m_view->placeOf(20), place);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QCOMPARE(m_view->placeOf(20).width(), before);
    }

    void aLargeOneIsQuick() {
#ifdef NDEBUG
        constexpr qint64 most = 200;
#else
        constexpr qint64 most = 1000; // neither optimised nor alone on the machine
#endif
        QImage picture;
        qint64 best = std::numeric_limits<qint64>::max();
        for (int round = 0; round < 3; ++round) {
            m_view->setTopology(small());
            QElapsedTimer clock;
            clock.start();
            m_view->setTopology(large());
            const qint64 laidOut = clock.elapsed();
            picture = m_view->grab().toImage();
            best = std::min(best, clock.elapsed());
            qInfo("50 components, 200 ports: laid out in %lld ms, drawn after %lld ms", laidOut, clock.elapsed());
        }
        savePicture(picture, "large");
        turnWheel({450, 180}, 720);
        savePicture(m_view->grab().toImage(), "large-near");
        QVERIFY2(best < most, qPrintable(QStringLiteral("%1 ms").arg(best)));
    }

    /// Without small print, and as spots.
    void itIsDrawnInEverySize() {
        for (const int width : {900, 500, 350, 240, 160}) {
            m_view->resize(width, 200);
            m_view->setTopology(small());
            const QImage picture = m_view->grab().toImage();
            savePicture(picture, QByteArray::number(width).constData());
            int drawn = 0;
            for (int y = 0; y < picture.height(); ++y) {
                for (int x = 0; x < picture.width(); ++x)
                    drawn += picture.pixelColor(x, y).rgb() != lightTokens().base.rgb() ? 1 : 0;
            }
            QVERIFY2(drawn > width, qPrintable(QStringLiteral("%1: %2").arg(width).arg(drawn)));
        }
    }

    void itIsDrawn_data() {
        QTest::addColumn<bool>("dark");
        QTest::addRow("light") << false;
        QTest::addRow("dark") << true;
    }
    void itIsDrawn() {
        QFETCH(const bool, dark);
        const ThemeTokens& tokens = dark ? darkTokens() : lightTokens();
        m_view->setPalette(paletteOf(tokens));
        m_view->setTopology(small());
        const QImage picture = m_view->grab().toImage();
        savePicture(picture, dark ? "dark" : "light");
        const auto has = [&](const QRectF& place, const QColor& wanted) {
            const QRect box = place.toAlignedRect() & picture.rect();
            for (int y = box.top(); y <= box.bottom(); ++y) {
                for (int x = box.left(); x <= box.right(); ++x) {
                    if (picture.pixelColor(x, y).rgb() == wanted.rgb())
                        return true;
                }
            }
            return false;
        };
        const auto place = [&](bool isPort, const char* name) {
            return m_view->placeOf(*m_view->topology().find(isPort, name));
        };
        QVERIFY(has(place(false, "audit"), tokens.bad));
        QVERIFY(!has(place(false, "intake").adjusted(0, 0, -8, 0), tokens.bad));
        QVERIFY(has(place(true, "checked"), tokens.bad));
        QVERIFY(!has(place(true, "orders"), tokens.bad));
        const auto around = [&](int edge) {
            QRectF box(0, 0, 24, 24);
            box.moveCenter(m_view->middleOf(edge));
            return box;
        };
        QVERIFY(has(around(edgeFrom("check", "checked")), tokens.bad));
        QVERIFY(!has(around(edgeFrom("intake", "orders")), tokens.bad));
        m_view->activateWindow();
        m_view->setFocus();
        QTRY_VERIFY(m_view->hasFocus()); // with a frame around it, and nothing else
        const QImage focused = m_view->grab().toImage();
        QCOMPARE(focused.copy(focused.rect().adjusted(2, 2, -2, -2)),
                 picture.copy(picture.rect().adjusted(2, 2, -2, -2)));
    }

private:
    [[nodiscard]] int edgeBetween(int from, int to) const {
        const auto& edges = m_view->topology().graph.edges;
        return static_cast<int>(std::ranges::find(edges, std::pair(from, to)) - edges.begin());
    }
    [[nodiscard]] int edgeFrom(const char* component, const char* port) const {
        return edgeBetween(*m_view->topology().find(false, component), *m_view->topology().find(true, port));
    }
    [[nodiscard]] int edgeTo(const char* port, const char* component) const {
        return edgeBetween(*m_view->topology().find(true, port), *m_view->topology().find(false, component));
    }
    static bool runsThrough(const std::vector<QPointF>& line, const QRectF& box) {
        for (std::size_t i = 1; i < line.size(); ++i) {
            for (int step = 0; step <= 50; ++step) {
                if (box.adjusted(0.5, 0.5, -0.5, -0.5).contains(line[i - 1] + (line[i] - line[i - 1]) * (step / 50.0)))
                    return true;
            }
        }
        return false;
    }
    [[nodiscard]] QPoint middle(bool isPort, const char* name) const {
        return m_view->placeOf(*m_view->topology().find(isPort, name)).center().toPoint();
    }
    void click(bool isPort, const char* name) {
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, middle(isPort, name));
    }
    [[nodiscard]] QByteArray chosenName() const {
        return m_view->chosen() ? m_view->topology().nodes[static_cast<std::size_t>(*m_view->chosen())].name
                                : QByteArray();
    }
    void turnWheel(QPointF at, int angle) {
        QWheelEvent event(at, m_view->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(m_view.get(), &event);
    }
    static void savePicture(const QImage& picture, const char* name) {
        const QString folder = qEnvironmentVariable("PORTOLAN_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(picture.save(folder + QStringLiteral("/topology-") + QLatin1String(name) + QStringLiteral(".png")));
    }

    std::unique_ptr<TopologyView> m_view;
};

QTEST_MAIN(TestTopologyView)
#include "tst_topologyview.moc"
