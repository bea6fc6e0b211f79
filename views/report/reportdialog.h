#pragma once

#include "models/report/report.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// The dialog that asks what a report tells, of which time, and where it goes. It writes nothing itself: reportWanted()
/// says what the operator has confirmed. Blocks its window alone; shown with open(). GUI thread.
class ReportDialog : public QDialog {
    Q_OBJECT
public:
    /// `store` names the store; `folder` is where files went last; `display` is the zone that the window shows.
    ReportDialog(const QString& store, const QString& folder, TimeDisplay display, QWidget* parent = nullptr);

    void proposeYesterday(); ///< yesterday as a PDF; everything can still be changed

Q_SIGNALS:
    /// `path` is absolute.
    /// With `isOpened` it is to be opened once it is there.
    void reportWanted(const portolan::ReportRequest& request, const QString& path, bool isOpened);

private:
    [[nodiscard]] QWidget* makeTimes();
    [[nodiscard]] QWidget* makeSections();
    [[nodiscard]] QWidget* makeTemplates();
    void openTemplate(const QString& path);
    void saveTemplate(const QString& path);
    void take(const ReportRequest& request);
    void takeFormat();
    void takeReader();
    [[nodiscard]] ReportReader reader() const;
    void showState();
    void confirm();
    [[nodiscard]] ReportRequest request() const;
    [[nodiscard]] QString path() const;

    QString m_store;
    TimeDisplay m_display;
    QLineEdit* m_title;
    QComboBox* m_reader;
    QComboBox* m_time;
    QDateTimeEdit* m_since;
    QDateTimeEdit* m_until;
    std::vector<std::pair<QString, QCheckBox*>> m_sections; ///< by name
    QLineEdit* m_series;
    QComboBox* m_format;
    QLineEdit* m_path;
    QLabel* m_said; ///< of a template that was opened or saved
    QCheckBox* m_open;
    QPushButton* m_write;
};

} // namespace portolan
