"""Sentences for people, made of values and identifiers and of nothing else: what is not known is not in them.

The identifiers are taken apart as packaging/doc/values.md puts them together: `_` separates, and occurs in no name.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from idle_notice.cases import Case
from idle_notice.lookup import Lookup
from idle_notice.notification import known

# Studio names the app of a Data Wrangler flow so: the image's name, cut, the instance type, a hash.
_DATA_WRANGLER = "sagemaker-data-wrang"
_GIB = 1 << 30
_SAME_MINUTE_S = 60


@dataclass(frozen=True)
class Place:
    """Place is an identifier taken apart."""

    host: str
    plugin: str
    instance: str
    type: str
    rest: str  # the type instance

    @property
    def owner(self) -> str:
        domain, _, owner = self.instance.partition("_")
        shared = owner.startswith("space_")
        return f"{'Shared space ' + owner[len('space_'):] if shared else owner} in {domain}"

    @property
    def account(self) -> str:
        account, _, region = self.instance.partition("_")
        return f"Account {account}, {region}"

    def beside(self, plugin: str) -> str:
        """beside is the folder of the same owner's values of another plugin."""
        return f"{self.host}/{plugin}-{self.instance}"


def place(name: str) -> Place:
    host, plugin, series = (name.split("/", 2) + ["", ""])[:3]
    plugin, _, instance = plugin.partition("-")
    type, _, rest = series.partition("-")
    return Place(host, plugin, instance, type, rest)


def opening(case: Case, lookup: Lookup | None) -> str:
    """opening says what is idle; case.subject becomes what its end will be told of."""
    at = place(case.name)
    sentence = _OPENINGS.get(at.plugin, _other)(case, at, lookup)
    return f"FAILURE: {sentence}" if case.severity == "FAILURE" and case.value is not None else sentence


def closing(case: Case) -> str:
    at = place(case.name)
    subject = case.subject or at.owner
    if case.absent is not None:
        return f"{subject}: no longer reported"
    gone = case.value is None or math.isnan(case.value)
    if at.plugin == "sagemaker_scan":
        since = "" if gone else f", {duration(case.value)} after the last complete scan or the plugin's start"
        return f"{at.account}: within its limit again{since}"
    if at.plugin == "sagemaker_user":
        longer = "" if case.limit is None else f" idle for {duration(case.limit)} or longer"
        return f"{at.owner}: no app runs any more" if gone else f"{at.owner}: no app{longer} any more"
    if at.plugin == "sagemaker_space":
        return f"{subject} no longer without a running app, or gone"
    if gone:
        return f"{subject} no longer runs"
    since = duration(case.value)
    return f"{subject} started anew, {since} ago" if at.type == "uptime" else f"{subject} active again, idle for {since}"


def duration(seconds: float) -> str:
    """duration is "1 day 1 h 20 min": whole minutes, and no part that is nought."""
    minutes = max(int(seconds), 0) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [f"{days} day{'s' if days > 1 else ''}"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes % 60} min"] if minutes % 60 else []
    return " ".join(parts) or "less than a minute"


def money(usd: float) -> str:
    if usd < 0.01:
        return "less than 0.01 USD"
    return f"about {usd:.0f} USD" if usd >= 10 else f"about {usd:.2f} USD"


def app_name(type_instance: str) -> str:
    """app_name is "Data Wrangler", "JupyterLab in space churn", "KernelGateway datascience-1-0-ml-t3-medium"."""
    type, *names = type_instance.split("_")
    if type == "KernelGateway" and names and names[-1].startswith(_DATA_WRANGLER):
        type, names = "Data Wrangler", [*names[:-1], "default"]
    space = _space(type_instance)
    name = names[-1] if names and (len(names) > 1 or space is None) and names[-1] != "default" else ""
    return " ".join([type, *([name] if name else []), *(["in space", space] if space else [])])


def _space(type_instance: str) -> str | None:
    type, *names = type_instance.split("_")
    return names[0] if len(names) > 1 or (names and type in ("JupyterLab", "CodeEditor")) else None


def _user(case: Case, at: Place, lookup: Lookup | None) -> str:
    """_user names the most idle of the owner's apps."""
    app, idle = None, case.value
    if lookup is not None:
        folder = at.beside("sagemaker")
        idles = {rest: lookup.value(f"{folder}/duration-{rest}") for rest in lookup.below(folder, "duration-")}
        idles = {rest: value for rest, value in idles.items() if known(value)}
        if idles:
            app = max(idles, key=idles.__getitem__)
            idle = idles[app]
    if app is None:
        case.subject = at.owner
        return f"{at.owner}: an app idle{_for(idle)}"
    return _app_idle(case, at, app, idle, lookup)


def _app(case: Case, at: Place, lookup: Lookup | None) -> str:
    return _app_idle(case, at, at.rest, case.value, lookup)


def _app_idle(case: Case, at: Place, app: str, idle: float | None, lookup: Lookup | None) -> str:
    unit = None if lookup is None else _billed(at, app, lookup)
    on = f" on {unit.partition('_')[0]}" if unit and unit != app.partition("_")[0] else ""
    case.subject = f"{at.owner}: {app_name(app)}{on}"
    sentence = f"{case.subject} idle{_for(idle)}"
    if unit is None:
        return sentence
    unit_idle = lookup.value(f"{at.beside('sagemaker_instance')}/duration-{unit}")
    if known(idle) and known(unit_idle) and unit_idle < idle - _SAME_MINUTE_S:
        sentence += f", its instance{_for(unit_idle)}"
    return sentence + _wasted(at, unit, unit_idle, lookup)


def _instance(case: Case, at: Place, lookup: Lookup | None) -> str:
    type, _, space = at.rest.partition("_")
    case.subject = f"{at.owner}: {type}{' of space ' + space if space else ''}"
    what = "has run" if at.type == "uptime" else "idle"
    return f"{case.subject} {what}{_for(case.value)}{_wasted(at, at.rest, case.value, lookup)}"


def _volume(case: Case, at: Place, lookup: Lookup | None) -> str:
    case.subject = f"{at.owner}: space {at.rest}"
    size = None if lookup is None else lookup.value(f"{at.host}/sagemaker_space-{at.instance}/bytes-volume-{at.rest}")
    volume = f", its volume of {size / _GIB:.0f} GiB is billed" if known(size) else ""
    return f"{case.subject} without a running app{_for(case.value)}{volume}"


def _scan(case: Case, at: Place, lookup: Lookup | None) -> str:
    if case.value is None:
        return f"{at.account}: no values from collectd on {at.host} any more; who forgets an app goes unseen"
    errors = []
    if lookup is not None:
        folder = at.beside("sagemaker_scan")
        rates = {code: lookup.value(f"{folder}/errors-{code}") for code in lookup.below(folder, "errors-")}
        errors = sorted(code for code, rate in rates.items() if known(rate) and rate > 0)
    why = f" ({', '.join(errors)})" if errors else ""
    return f"{at.account}: no complete scan{_for(case.value)}{why}; who forgets an app goes unseen"


def _other(case: Case, at: Place, lookup: Lookup | None) -> str:
    case.subject = case.name
    return f"{case.name}: beyond its threshold{'' if case.value is None else f' at {case.value:g}'}"


_OPENINGS = {
    "sagemaker_user": _user,
    "sagemaker": _app,
    "sagemaker_instance": _instance,
    "sagemaker_space": _volume,
    "sagemaker_scan": _scan,
}


def _for(seconds: float | None) -> str:
    return f" for {duration(seconds)}" if known(seconds) else ""


def _billed(at: Place, app: str, lookup: Lookup) -> str | None:
    """_billed is the type instance of what is billed for an app, where that is certain.

    In a space with one instance it is that one. Studio writes the instance type into the names of the apps that share
    one (KernelGateway): it must stand there, and among what is billed to the owner. By the session: the app's type.
    """
    space = _space(app)
    type, *names = app.split("_")
    units = lookup.below(at.beside("sagemaker_instance"), "duration-")
    units = [unit for unit in units if (unit.partition("_")[2] or None) == space]
    if space is not None and len(units) == 1:
        return units[0]
    if type in units:
        return type
    name = names[-1] if names else ""
    named = [unit for unit in units if _is_part(unit.partition("_")[0].replace(".", "-"), name)]
    return named[0] if len(named) == 1 else None


def _is_part(part: str, name: str) -> bool:
    return re.search(rf"(^|-){re.escape(part)}(-|$)", name) is not None


def _wasted(at: Place, unit: str, idle: float | None, lookup: Lookup | None) -> str:
    """_wasted is the money for the time that the instance as a whole has been idle, or has run; nothing without a price."""
    if lookup is None or not known(idle):
        return ""
    price = lookup.value(f"{at.beside('sagemaker_instance')}/gauge-hourly_cost-{unit}")
    return f", {money(price * idle / 3600)}" if known(price) else ""
