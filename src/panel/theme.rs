//! How the panel looks: one scale of type, one of spacing, two themes.

use crate::scene::Theme;
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals,
    style::{HandleShape, WidgetVisuals},
    vec2,
};

/// The steps of spacing, in points.
pub mod space {
    /// Between an icon and its text.
    pub const XS: f32 = 4.0;
    /// Between controls of a group.
    pub const S: f32 = 8.0;
    /// Between groups; the margin of a panel.
    pub const M: f32 = 12.0;
    /// Between sections.
    pub const L: f32 = 16.0;
    /// Around a page.
    pub const XL: f32 = 24.0;
}

/// Radius of every corner, in points.
pub const CORNER: u8 = 6;

/// Sizes of type, in points: hints, text, headings, titles, display.
pub const SIZES: [f32; 5] = [12.0, 14.0, 18.0, 24.0, 32.0];

/// Name of the family for what is emphasised.
const SEMIBOLD: &str = "semibold";
/// Text that is emphasised.
pub const STRONG: &str = "strong";
/// The title of a page.
pub const TITLE: &str = "title";
/// The one number that matters.
pub const DISPLAY: &str = "display";
/// The value of the interaction strength.
pub const VALUE: &str = "value";

/// A text style of the panel's own.
pub fn named(name: &'static str) -> TextStyle {
    TextStyle::Name(name.into())
}

/// Text that is emphasised.
pub fn strong(text: impl Into<String>) -> egui::RichText {
    egui::RichText::new(text).text_style(named(STRONG))
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Behind everything.
    pub background: Color32,
    /// A panel.
    pub surface: Color32,
    /// What lies on a panel: fields, buttons, cards.
    pub raised: Color32,
    /// Hair lines.
    pub line: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of second rank.
    pub muted: Color32,
    /// What can be turned, and what is active.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// What went wrong.
    pub danger: Color32,
    /// What went right.
    pub success: Color32,
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const DARK: Palette = Palette {
    background: hex(0x0b0e13),
    surface: hex(0x151a22),
    raised: hex(0x1e2530),
    line: hex(0x353f4e),
    ink: hex(0xeef2f7),
    muted: hex(0xb3bfce),
    accent: hex(0x6cb6ff),
    on_accent: hex(0x06121f),
    danger: hex(0xff8a80),
    success: hex(0x7fd99a),
};

const LIGHT: Palette = Palette {
    background: hex(0xf3f2ee),
    surface: hex(0xfaf9f6),
    raised: hex(0xeceae4),
    line: hex(0xc3c0b7),
    ink: hex(0x14181f),
    muted: hex(0x434b57),
    accent: hex(0x0a5cc2),
    on_accent: hex(0xffffff),
    danger: hex(0xb3261e),
    success: hex(0x1b6e3c),
};

impl Palette {
    /// The colours of this theme.
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }
}

/// Whether the context's fonts have a family for what is emphasised.
pub fn has_semibold(ctx: &Context) -> bool {
    ctx.fonts(|fonts| fonts.definitions().families.contains_key(&FontFamily::Name(SEMIBOLD.into())))
}

/// Gives a context the panel's look.
pub fn apply(ctx: &Context, theme: Theme) {
    let semibold = if has_semibold(ctx) { FontFamily::Name(SEMIBOLD.into()) } else { FontFamily::Proportional };
    ctx.set_theme(if theme == Theme::Dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.all_styles_mut(|style| write(style, theme, &semibold));
    ctx.options_mut(|options| {
        // Ctrl with plus, minus and 0 are commands of ours.
        options.zoom_with_keyboard = false;
    });
}

fn write(style: &mut Style, theme: Theme, semibold: &FontFamily) {
    scale_type(style, 1.0, semibold);
    style.visuals = visuals(theme);
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::S);
    spacing.button_padding = vec2(space::S, space::XS);
    spacing.window_margin = Margin::same(space::L as i8);
    spacing.menu_margin = Margin::same(space::S as i8);
    spacing.interact_size = vec2(28.0, 26.0);
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = space::S;
    spacing.combo_height = 320.0;
    spacing.tooltip_width = 300.0;
    spacing.scroll.floating = true;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating_allocated_width = 0.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
}

/// Sets the scale of type, times a factor.
pub fn scale_type(style: &mut Style, factor: f32, semibold: &FontFamily) {
    let [small, body, heading, title, display] = SIZES.map(|size| size * factor);
    style.text_styles = [
        (TextStyle::Small, FontId::new(small, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(body, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(body, FontFamily::Proportional)),
        (TextStyle::Monospace, FontId::new(body * 0.93, FontFamily::Monospace)),
        (TextStyle::Heading, FontId::new(heading, semibold.clone())),
        (named(STRONG), FontId::new(body, semibold.clone())),
        (named(TITLE), FontId::new(title, semibold.clone())),
        (named(DISPLAY), FontId::new(display, semibold.clone())),
        (named(VALUE), FontId::new(heading * 1.1, FontFamily::Monospace)),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Monospace;
}

fn visuals(theme: Theme) -> Visuals {
    let palette = Palette::of(theme);
    let Palette { background, surface, raised, line, ink, muted, accent, on_accent, danger, .. } = *palette;
    let mut visuals = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    let corner_radius = CornerRadius::same(CORNER);
    let widget = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(surface, line.gamma_multiply(0.6), ink);
    visuals.widgets.inactive = widget(raised, Color32::TRANSPARENT, ink);
    visuals.widgets.hovered = widget(mix(raised, ink, 0.10), Color32::TRANSPARENT, ink);
    visuals.widgets.active = widget(mix(raised, ink, 0.18), accent, ink);
    visuals.widgets.open = widget(mix(raised, ink, 0.10), Color32::TRANSPARENT, ink);
    visuals.selection.bg_fill = accent;
    visuals.selection.stroke = Stroke::new(1.0, on_accent);
    visuals.hyperlink_color = accent;
    visuals.faint_bg_color = mix(surface, raised, 0.5);
    visuals.extreme_bg_color = background;
    visuals.text_edit_bg_color = Some(raised);
    visuals.code_bg_color = raised;
    visuals.error_fg_color = danger;
    visuals.weak_text_color = Some(muted);
    visuals.panel_fill = surface;
    visuals.window_fill = surface;
    visuals.window_stroke = Stroke::new(1.0, line);
    visuals.window_corner_radius = CornerRadius::same(2 * CORNER);
    visuals.menu_corner_radius = corner_radius;
    let shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: Color32::from_black_alpha(if visuals.dark_mode { 120 } else { 50 }),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.handle_shape = HandleShape::Circle;
    visuals.slider_trailing_fill = true;
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    visuals
}

/// A colour between two.
pub fn mix(from: Color32, to: Color32, share: f32) -> Color32 {
    from.lerp_to_gamma(to, share)
}
