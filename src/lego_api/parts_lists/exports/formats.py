"""The exports by the names they are asked for."""

from lego_api.parts_lists.exports import bricklink_xml, pick_a_brick_csv, plain_csv, rebrickable_csv

EXPORTS = {
    module.EXPORT.name: module.EXPORT for module in (bricklink_xml, rebrickable_csv, pick_a_brick_csv, plain_csv)
}
