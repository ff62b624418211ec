//! How the panel looks: one scale of type, one of spacing, two themes.

use crate::{
    scene::Theme,
    view::{ICONS, Palette, SEMIBOLD},
};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Ui, Visuals,
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

/// Text that is emphasised.
pub const STRONG: &str = "strong";
/// The title of a page.
pub const TITLE: &str = "title";
/// The one number that matters.
pub const DISPLAY: &str = "display";
/// Icons in text.
pub const ICON: &str = "icon";
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

/// Whether the context has the fonts of [`fonts`](crate::view::fonts). A context without them shows its own.
pub fn has_fonts(ctx: &Context) -> bool {
    ctx.fonts(|fonts| fonts.definitions().families.contains_key(&FontFamily::Name(SEMIBOLD.into())))
}

/// The type of icons of this size.
pub fn icon(ui: &Ui, size: f32) -> FontId {
    let family = ui.style().text_styles.get(&named(ICON)).map_or(FontFamily::Proportional, |font| font.family.clone());
    FontId::new(size, family)
}

/// An icon as text.
pub fn icon_text(icon: &str) -> egui::RichText {
    egui::RichText::new(icon).text_style(named(ICON))
}

/// Gives a context the panel's look.
pub fn apply(ctx: &Context, theme: Theme) {
    let [semibold, icons] = if has_fonts(ctx) {
        [SEMIBOLD, ICONS].map(|name| FontFamily::Name(name.into()))
    } else {
        [FontFamily::Proportional, FontFamily::Proportional]
    };
    ctx.set_theme(if theme == Theme::Dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.all_styles_mut(|style| write(style, theme, &semibold, &icons));
    ctx.options_mut(|options| {
        // Ctrl with plus, minus and 0 are commands of ours.
        options.zoom_with_keyboard = false;
    });
}

fn write(style: &mut Style, theme: Theme, semibold: &FontFamily, icons: &FontFamily) {
    scale_type(style, 1.0, semibold, icons);
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
    // Over a light ground the fade is a dark smear.
    spacing.scroll.fade.strength = if theme == Theme::Dark { 1.0 } else { 0.0 };
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating_allocated_width = 0.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
}

/// Makes type, and what stands about it, larger by a factor.
pub fn enlarge(ui: &mut Ui, factor: f32) {
    let [semibold, icons] = [STRONG, ICON].map(|name| named(name).resolve(ui.style()).family);
    scale_type(ui.style_mut(), factor, &semibold, &icons);
    let spacing = ui.spacing_mut();
    spacing.interact_size *= factor;
    spacing.item_spacing *= factor;
}

/// Sets the scale of type, times a factor.
fn scale_type(style: &mut Style, factor: f32, semibold: &FontFamily, icons: &FontFamily) {
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
        (named(ICON), FontId::new(body, icons.clone())),
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
