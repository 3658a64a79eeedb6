"""Solves the sites of pypsa-sites.json with PyPSA and writes its optimum beside each.

    pip install pypsa highspy && python pypsa-sites.py

One bus, hours as snapshots. Money is over the whole horizon, so capital costs are per unit of size and marginal costs per kWh.
"""

import json
from importlib.metadata import version
from pathlib import Path

import pypsa

# What our balance adds against charging and discharging, or importing and exporting, at once (money per kWh).
TIE = 1e-6
PEAK_HOURS = range(17, 22)


def network(site):
    n = pypsa.Network()
    hours = len(site["load"])
    n.set_snapshots(range(hours))
    n.add("Bus", "site")
    n.add("Bus", "cells")
    n.add("Load", "load", bus="site", p_set=site["load"])
    n.add("Generator", "pv", bus="site", p_nom_extendable=True, p_max_pu=site["sun"], capital_cost=site["pvMoney"])
    n.add(
        "Generator",
        "genset",
        bus="site",
        p_nom_extendable=True,
        capital_cost=site["gensetMoney"],
        marginal_cost=site["fuelPerKwh"],
    )
    price = [site["peakPricePerKwh"] if h % 24 in PEAK_HOURS else site["pricePerKwh"] for h in range(hours)]
    # The demand charge is on the highest import of the one billing period, like the price of a capacity.
    n.add(
        "Generator",
        "import",
        bus="site",
        p_nom_extendable=True,
        p_nom_max=site["importKw"],
        capital_cost=site["demandPerKw"],
        marginal_cost=[p + TIE for p in price],
    )
    n.add(
        "Generator",
        "export",
        bus="site",
        sign=-1,
        p_nom=site["exportKw"],
        marginal_cost=TIE - site["exportPerKwh"],
    )
    n.add("Generator", "short", bus="site", p_nom=1e4, marginal_cost=site["shortPerKwh"])
    n.add("Store", "cells", bus="cells", e_nom_extendable=True, e_cyclic=True, capital_cost=site["cellsMoney"])
    n.add(
        "Link",
        "charge",
        bus0="site",
        bus1="cells",
        efficiency=site["charge"],
        p_nom_extendable=True,
        capital_cost=site["converterMoney"],
        marginal_cost=TIE,
    )
    # Its own power counts at the cells; what reaches the bus is less, and the converter is shared with charging.
    n.add(
        "Link",
        "discharge",
        bus0="cells",
        bus1="site",
        efficiency=site["discharge"],
        p_nom=1e4,
        marginal_cost=TIE * site["discharge"],
    )
    return n


def optimum(site):
    def one_converter(n, snapshots):
        m = n.model
        flow, size = m["Link-p"], m["Link-p_nom"]
        charge, discharge = (flow.sel(name=way, drop=True) for way in ("charge", "discharge"))
        m.add_constraints(charge + site["discharge"] * discharge - size.sel(name="charge", drop=True) <= 0, name="converter")

    n = network(site)
    status, condition = n.optimize(solver_name="highs", extra_functionality=one_converter, log_to_console=False)
    assert condition == "optimal", (status, condition)
    return n.objective


path = Path(__file__).with_name("pypsa-sites.json")
data = json.loads(path.read_text())
for site in data["sites"]:
    site["optimum"] = optimum(site)
data["solvedWith"] = f"PyPSA {version('pypsa')}, linopy {version('linopy')}, HiGHS {version('highspy')}"
path.write_text(json.dumps(data) + "\n")
