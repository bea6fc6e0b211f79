#pragma once

namespace portolan {

/// Which of the two palettes is worn.
enum class ThemeChoice { System, Light, Dark };

void applyTheme(ThemeChoice choice);

} // namespace portolan
