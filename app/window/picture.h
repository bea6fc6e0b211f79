#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

namespace portolan {

class MainWindow;

/// Waits until a window has something to show, saves a picture of it and closes it.
class Picture : public QObject {
    Q_OBJECT
public:
    /// Waits for so many rows at least, or for a list that is settled when `rows` is 0; half a minute at most. Then
    /// chooses the first row of the table of that name, where there is one.
    Picture(MainWindow& window, QString path, qint64 rows, QString chosen = {});
    [[nodiscard]] bool saved() const { return m_saved; }

private:
    void look();
    [[nodiscard]] bool choose() const;

    MainWindow& m_window;
    QString m_path;
    qint64 m_rows;
    QString m_chosen; ///< a table of which a row is to be chosen; empty: none
    QTimer m_timer;
    int m_looks = 0;
    qint64 m_shown = -1; ///< rows at the last look
    int m_ready = 0;     ///< looks since the window had what it should
    bool m_isChosen = false;
    bool m_saved = false;
};

} // namespace portolan
