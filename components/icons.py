"""Icons, drawn on a grid of 24; carelane.css colours them. Always beside words, so hidden from screen readers."""
import reflex as rx

PATHS = {
    "home": "M3 11 12 4l9 7v9h-6v-6H9v6H3z",
    "visits": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "book": "M4 6h16v14H4zM8 3v4M16 3v4M12 10v6M9 13h6",
    "account": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c.8-3.7 4-5.5 8-5.5s7.2 1.8 8 5.5",
    "sign_out": "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
    "phone": "M7 3h10v18H7zM11 18h2",
    "place": "M12 21c4-4.5 7-7.8 7-11a7 7 0 0 0-14 0c0 3.2 3 6.5 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "done": "M5 12.5 10 17l9-10",
    "alert": "M12 4 2.5 20h19zM12 10v4.5M12 17.3v.2",
    "calendar_add": "M4 6h16v14H4zM8 3v4M16 3v4M12 10v6M9 13h6",
    "call": "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z",
    "outside": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "forward": "M9 5l7 7-7 7",
    "back": "M15 5l-7 7 7 7",
    "messages": "M4 5h16v11H10l-5 4v-4H4z",
    "invitations": "M3 6h18v12H3zM3 7l9 7 9-7",
    "reminders": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
    "device": "M4 5h16v11H4zM9 20h6M12 16v4",
}


def icon(name: str) -> rx.Component:
    return rx.el.svg(
        rx.el.path(d=PATHS[name]), view_box="0 0 24 24", class_name="icon", custom_attrs={"aria-hidden": "true"},
    )


def mark() -> rx.Component:
    """Carelane's sign: a C that goes around a person and leads on as a lane. The same as assets/mark.svg, in our tokens."""
    return rx.el.svg(
        rx.el.rect(width="32", height="32", rx="9"),
        rx.el.path(d="M21.55 9.83A8.3 8.3 0 1 0 16 24.3h9"),
        rx.el.circle(cx="17", cy="16", r="2.9"),
        view_box="0 0 32 32", class_name="mark-sign", custom_attrs={"aria-hidden": "true"},
    )
