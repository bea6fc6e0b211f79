#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace portolan {

/// The page of a window without a store: five ways to begin.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecent(const QStringList& urls);

Q_SIGNALS:
    void sampleWanted();
    void folderWanted();
    void databaseWanted();
    void serverWanted();
    void urlWanted();
    void recentWanted(const QString& url);

private:
    QVBoxLayout* m_recent;
    QWidget* m_recentArea;
};

} // namespace portolan
