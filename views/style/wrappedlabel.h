#pragma once

#include <QLabel>

namespace portolan {

/// A paragraph of plain text, as wide as it is given: a word that is longer than that is broken, where a QLabel would
/// widen the window for it.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    explicit WrappedLabel(QWidget* parent, QPalette::ColorRole color = QPalette::WindowText);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] bool hasOnlyShortWords() const;
};

} // namespace portolan
