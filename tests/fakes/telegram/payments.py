"""Telegram Stars: an invoice, the question before the charge, the charge and its refund."""

from typing import Final

from tests.fakes.telegram import limits
from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.faults import Json, bad_request
from tests.fakes.telegram.messages import Message, Payment, User
from tests.fakes.telegram.sending import counted, posted
from tests.fakes.telegram.world import World

PRE_CHECKOUT_SECONDS: Final = 10
TITLE: Final = 32
DESCRIPTION: Final = 255
PAYLOAD_BYTES: Final = 128
STARS_MAX: Final = 25_000


def send_invoice(world: World, ask: Asking) -> Json:
    title, description, payload = ask.text("title"), ask.text("description"), ask.text("payload")
    if ask.text("currency") != "XTR":
        raise bad_request(
            "PAYMENT_PROVIDER_INVALID" if not ask.text("provider_token") else "CURRENCY_INVALID"
        )
    prices = ask.value("prices")
    wrong = (
        ask.text("provider_token")
        or not isinstance(prices, list)
        or len(prices) != 1
        or not 1 <= prices[0].get("amount", 0) <= STARS_MAX
        or ask.number("max_tip_amount")
        or any(ask.flag(name) for name in ("need_shipping_address", "is_flexible", "need_email", "need_name"))
        or not 1 <= len(payload.encode()) <= PAYLOAD_BYTES
        or not 1 <= len(title) <= TITLE
        or not 1 <= len(description) <= DESCRIPTION
    )
    if wrong:
        raise bad_request("STARS_INVOICE_INVALID")
    markup = limits.reply_markup(ask.value("reply_markup"), inline_only=True)
    first = (markup or {"inline_keyboard": [[{"pay": True}]]})["inline_keyboard"][0][0]
    if not first.get("pay"):
        raise bad_request(
            "can't parse inline keyboard button: the first button must be a Pay button"
        )  # (assumed)
    invoice = {
        "title": title,
        "description": description,
        "start_parameter": ask.text("start_parameter"),
        "currency": "XTR",
        "total_amount": prices[0]["amount"],
    }
    told = posted(world, ask, counted(world, ask), content={"invoice": invoice})
    world.invoices[told["chat"]["id"], told["message_id"]] = payload
    return told


def begin(world: World, user: User, message: Message) -> Payment:
    """A person presses Pay: the bot is asked whether the sale still stands."""
    invoice = message.content["invoice"]
    payload = world.invoices[message.chat.id, message.id]
    number = str(world.number() * 1_000_003)
    payment = Payment(
        number, user, message, payload, invoice["currency"], invoice["total_amount"], world.clock.now()
    )
    world.payments[number] = payment
    query = {
        "id": number,
        "from": user.as_json(),
        "currency": payment.currency,
        "total_amount": payment.total,
        "invoice_payload": payload,
    }
    world.updates.put("pre_checkout_query", query, message.chat.id)
    return payment


def answer_pre_checkout_query(world: World, ask: Asking) -> bool:
    payment = world.payments.get(ask.text("pre_checkout_query_id"))
    late = payment is not None and world.clock.now() - payment.at > PRE_CHECKOUT_SECONDS
    if payment is None or payment.ok is not None or late:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    payment.ok, payment.error = ask.flag("ok"), ask.text("error_message")
    if not payment.ok and not payment.error:
        payment.ok = None
        raise bad_request("ERROR_TEXT_EMPTY")  # (assumed)
    if payment.ok:
        charge(world, payment)
    world.bell.ring()
    return True


def charge(world: World, payment: Payment) -> None:
    payment.charge = f"stars-{payment.id}"
    paid = {
        "currency": payment.currency,
        "total_amount": payment.total,
        "invoice_payload": payment.payload,
        "telegram_payment_charge_id": payment.charge,
        "provider_payment_charge_id": f"provider-{payment.id}",
    }
    chat = payment.invoice.chat
    world.deliver(world.post(chat, payment.user, content={"successful_payment": paid}))


def refund_star_payment(world: World, ask: Asking) -> bool:
    user = ask.number("user_id")
    if user not in world.users:
        raise bad_request("invalid user_id specified")
    wanted = ask.text("telegram_payment_charge_id")
    paid = [payment for payment in world.payments.values() if payment.charge and payment.user.id == user]
    payment = next((payment for payment in paid if payment.charge == wanted), None)
    if payment is None:
        raise bad_request("CHARGE_ID_INVALID")  # (assumed)
    if payment.refunded:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    payment.refunded = True
    refund = {
        "currency": "XTR",
        "total_amount": payment.total,
        "invoice_payload": payment.payload,
        "telegram_payment_charge_id": payment.charge,
    }
    chat = payment.invoice.chat
    world.deliver(world.post(chat, payment.user, content={"refunded_payment": refund}))
    return True
