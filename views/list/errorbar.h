#pragma once

#include "storage/base/result.h"

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

/// A failure in words, in the pane that met it, with Details, Copy and Retry. Not modal.
class ErrorBar : public QFrame {
    Q_OBJECT
public:
    explicit ErrorBar(QWidget* parent = nullptr);
    void show(const Error& error);

Q_SIGNALS:
    void retryWanted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Error m_error;
    QLabel* m_text;
    QPushButton* m_detailsButton;
    QPlainTextEdit* m_details;
};

} // namespace portolan
