"""What the demo shows of hands and places: signatures and photos, drawn, no two alike."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from saas.pictures import Picture, tidy
from saas.pictures.signing import Signature, plain


def signed(name: str, seed: int) -> Signature:
    """A scrawl."""
    chance, image = Random(seed), Image.new("L", (600, 240), 255)  # noqa: S311
    pen, x = ImageDraw.Draw(image), 50
    for _ in range(3):
        points = [(x + chance.randrange(120), 50 + chance.randrange(140)) for _ in range(6)]
        pen.line(points, fill=20, width=5, joint="curve")
        x += 160
    return Signature(name, plain(image), drawn=True)


def lamp(seed: int) -> Picture:
    """A round lamp on a ceiling, alight."""
    chance, image = Random(seed), Image.new("RGB", (640, 480), (96, 92, 84))  # noqa: S311
    pen, x, y = ImageDraw.Draw(image), 290 + chance.randrange(60), 170 + chance.randrange(60)
    for radius, colour in ((230, (140, 132, 116)), (150, (196, 184, 156)), (84, (255, 250, 232))):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    out = BytesIO()
    image.filter(ImageFilter.GaussianBlur(9)).save(out, "JPEG")
    return tidy(out.getvalue())
