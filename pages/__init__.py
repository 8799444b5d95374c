"""Every page of the portal: where it is, what draws it, its title's words and what loads it."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from pages import (
    account,
    book,
    booked,
    campaign,
    gallery,
    home,
    join,
    not_found,
    phone,
    reminder_times,
    reset,
    sign_in,
    sorry,
    visit,
    visits,
)
from pages.messages import figures, story, undelivered
from state.account import Account
from state.booked import Booked
from state.booking import Booking
from state.campaign import Campaigns
from state.dead_letters import DeadLetters
from state.gallery import Gallery
from state.home import Home
from state.join import Join
from state.message_figures import MessageFigures
from state.message_story import MessageStory
from state.phone import Phone
from state.reminder_times import ReminderTimes
from state.reset import Reset
from state.sign_in import SignIn
from state.visit import Visit
from state.visits import Visits


@dataclass(frozen=True)
class Page:
    route: str
    build: Callable[[], rx.Component]
    title: str
    on_load: Any = None


ROUTES = [
    Page("/", home.page, "titles.home", Home.load),
    Page("/sign-in", sign_in.page, "titles.sign_in", SignIn.load),
    Page("/visits", visits.page, "titles.visits", Visits.load),
    Page("/visits/book", book.page, "titles.book", Booking.load),
    Page("/visits/booked", booked.page, "titles.booked", Booked.load),
    Page("/visits/visit", visit.page, "titles.visit", Visit.load),
    Page("/account", account.page, "titles.account", Account.load),
    Page("/join", join.page, "titles.join", Join.load),
    Page("/reset", reset.page, "titles.reset", Reset.load),
    Page("/admin/invitations", campaign.page, "titles.campaign", Campaigns.load),
    Page("/admin/reminders", reminder_times.page, "titles.reminders", ReminderTimes.load),
    Page("/admin/messages", figures.page, "titles.messages", MessageFigures.load),
    Page("/admin/messages/undelivered", undelivered.page, "titles.undelivered", DeadLetters.load),
    Page("/admin/messages/story", story.page, "titles.message_story", MessageStory.load),
    Page("/demo/phone", phone.page, "titles.phone", Phone.load),
    Page("/demo/components", gallery.page, "titles.gallery", Gallery.load),
    Page("/sorry", sorry.page, "titles.sorry"),
    Page("/busy", sorry.busy, "titles.busy"),
    Page("/404", not_found.page, "titles.not_found"),
]
