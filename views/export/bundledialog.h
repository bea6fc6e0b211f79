#pragma once

#include <QDialog>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace portolan {

/// The dialog that asks where an incident bundle goes, and whether a report goes with it. It writes nothing itself:
/// bundleWanted() says what the operator has confirmed. Blocks its window alone; shown with open(). GUI thread.
class BundleDialog : public QDialog {
    Q_OBJECT
public:
    /// `what` says in words which dead letters; `folder` is where files went last.
    BundleDialog(const QString& what, const QString& folder, QWidget* parent = nullptr);

Q_SIGNALS:
    /// `path` is absolute.
    void bundleWanted(const QString& path, bool hasReport, const QString& title);

private:
    void showState();
    void confirm();
    [[nodiscard]] QString path() const;

    QCheckBox* m_report;
    QLineEdit* m_title;
    QLineEdit* m_path;
    QPushButton* m_write;
};

} // namespace portolan
