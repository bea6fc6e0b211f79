#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;

namespace portolan {

/// Ctrl+O: a store by its URL, or by choosing a folder or a database file. Does not block the window.
class OpenForm : public QDialog {
    Q_OBJECT
public:
    explicit OpenForm(QWidget* parent);
    void ask();
    void chooseFolder();
    void chooseDatabase();
    void refuse(const QString& why);

Q_SIGNALS:
    void storeGiven(const QString& url);

private:
    QLineEdit* m_url;
    QLabel* m_problem;
};

} // namespace portolan
