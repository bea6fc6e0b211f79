#pragma once

#include <QLabel>
#include <QStringList>

namespace portolan {

/// A line of plain text that takes the width it is given; what does not fit ends in "…" and stands in the tooltip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Shortens a name to `width` pixels by its parent, never by its leaf, which begins at `leaf`: "…parser/throughput". It
/// is wider where the leaf alone is; of a leaf wider than `most` pixels the middle goes. GUI thread.
[[nodiscard]] QString elidedParent(const QFontMetrics& metrics, const QString& name, qsizetype leaf, int width,
                                   int most);

/// Breaks a name that has no blanks into lines of `width` pixels, `lines` at most; of a longer one the middle goes. GUI
/// thread.
[[nodiscard]] QStringList brokenName(const QFontMetrics& metrics, const QString& name, int width, int lines);

} // namespace portolan
