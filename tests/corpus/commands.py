"""How real encoders are asked for files: a shell's line each, which runs beside the originals and writes ``$OUT``.

A line whose program is not installed here is left out, and the report says so.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

# What makes the files, and the programs of it: the first that is there is ``$TOOL``.
TOOLS = {
    "libvips": ["vips"],
    "ImageMagick": ["magick", "convert-im6.q16", "convert-im6"],
    "GraphicsMagick": ["gm"],
    "ffmpeg": ["ffmpeg"],
    "avifenc": ["avifenc"],
    "libheif": ["heif-enc"],
    "cwebp": ["cwebp"],
    "gif2webp": ["gif2webp"],
    "img2webp": ["img2webp"],
    "webpmux": ["webpmux"],
    "cjpeg": ["cjpeg"],
    "jpegtran": ["jpegtran"],
    "libjxl": ["djxl"],
    "guetzli": ["guetzli"],
    "netpbm": ["pnmtopng"],
    "optipng": ["optipng"],
    "zopflipng": ["zopflipng"],
    "pngcrush": ["pngcrush"],
    "pngquant": ["pngquant"],
    "jpegoptim": ["jpegoptim"],
    "exiftool": ["exiftool"],
}

COMMANDS = """
libvips jpg             $TOOL jpegsave rgb.png $OUT
libvips jpg             $TOOL jpegsave rgb.png $OUT --Q 95 --subsample-mode off --optimize-coding
libvips jpg             $TOOL jpegsave rgb.png $OUT --interlace
libvips jpg             $TOOL jpegsave grey.png $OUT --restart-interval 2
libvips jpg             $TOOL jpegsave cmyk.jpg $OUT
libvips jpg             $TOOL jpegsave turned.jpg $OUT
libvips jpg             $TOOL jpegsave rgb.png $OUT --profile srgb
libvips jpg             $TOOL autorot turned.jpg $OUT
libvips jpg             $TOOL jpegsave odd.png $OUT --Q 10
libvips png             $TOOL pngsave rgb.png $OUT
libvips png             $TOOL pngsave rgba.png $OUT --interlace
libvips png             $TOOL pngsave rgb.png $OUT --palette --bitdepth 2
libvips png             $TOOL pngsave rgb.png $OUT --palette --bitdepth 8 --interlace
libvips png             $TOOL pngsave grey16.png $OUT
libvips png             $TOOL pngsave rgb.png $OUT --compression 0
libvips png             $TOOL pngsave rgb.png $OUT --bitdepth 16
libvips png             $TOOL pngsave turned.jpg $OUT
libvips png             $TOOL pngsave dot.png $OUT
libvips webp            $TOOL webpsave rgb.png $OUT
libvips webp            $TOOL webpsave rgba.png $OUT --lossless
libvips webp            $TOOL webpsave rgba.png $OUT --near-lossless --Q 60
libvips webp            $TOOL webpsave rgb.png $OUT --smart-subsample --preset photo
libvips webp            $TOOL webpsave turned.jpg $OUT
libvips webp            $TOOL webpsave 'film.gif[n=-1]' $OUT
libvips webp            $TOOL webpsave 'film.gif[n=-1]' $OUT --mixed --min-size
libvips avif            $TOOL heifsave rgb.png $OUT --compression av1 --bitdepth 8
libvips avif            $TOOL heifsave rgb.png $OUT --compression av1 --bitdepth 8 --Q 90 --effort 9
libvips avif            $TOOL heifsave rgb.png $OUT --compression av1 --bitdepth 12 --subsample-mode off
libvips avif            $TOOL heifsave rgba.png $OUT --compression av1 --bitdepth 8 --lossless
libvips avif            $TOOL heifsave grey.png $OUT --compression av1 --bitdepth 8
libvips avif            $TOOL heifsave turned.jpg $OUT --compression av1 --bitdepth 8
libvips avif            $TOOL heifsave odd.png $OUT --compression av1 --bitdepth 8 --effort 2
ImageMagick jpg         $TOOL rgb.png $OUT
ImageMagick jpg         $TOOL rgb.png -interlace JPEG -sampling-factor 4:1:1 $OUT
ImageMagick jpg         $TOOL rgb.png -colorspace CMYK $OUT
ImageMagick jpg         $TOOL grey.png -set comment 'a comment' $OUT
ImageMagick jpg         $TOOL turned.jpg -quality 30 $OUT
ImageMagick jpg         $TOOL turned.jpg -auto-orient $OUT
ImageMagick jpg         $TOOL turned.jpg -orient LeftBottom $OUT
ImageMagick jpg         $TOOL line.png $OUT
ImageMagick png         $TOOL rgb.png $OUT
ImageMagick png         $TOOL rgb.png PNG8:$OUT
ImageMagick png         $TOOL rgb.png PNG48:$OUT
ImageMagick png         $TOOL rgba.png PNG64:$OUT
ImageMagick png         $TOOL grey.png -monochrome $OUT
ImageMagick png         $TOOL rgb.png -interlace PNG -set comment 'a comment' $OUT
ImageMagick png         $TOOL turned.jpg $OUT
ImageMagick png         $TOOL turned.jpg -orient RightTop -define png:exclude-chunk=none $OUT
ImageMagick png         $TOOL line.png -rotate 90 $OUT
ImageMagick webp        $TOOL rgb.png $OUT
ImageMagick webp        $TOOL rgba.png -define webp:lossless=true $OUT
ImageMagick webp        $TOOL film.gif $OUT
ImageMagick webp        $TOOL turned.jpg $OUT
ImageMagick avif        $TOOL rgb.png $OUT
ImageMagick avif        $TOOL rgba.png -quality 90 $OUT
ImageMagick avif        $TOOL turned.jpg $OUT
GraphicsMagick jpg      $TOOL convert turned.jpg -interlace Line $OUT
GraphicsMagick png      $TOOL convert rgba.png -depth 16 $OUT
GraphicsMagick png      $TOOL convert turned.jpg $OUT
GraphicsMagick webp     $TOOL convert rgb.png $OUT
ffmpeg jpg              $TOOL -i rgb.png $OUT
ffmpeg jpg              $TOOL -i rgb.png -pix_fmt yuvj444p -q:v 2 $OUT
ffmpeg jpg              $TOOL -i rgb.png -pix_fmt yuvj422p -huffman default $OUT
ffmpeg jpg              $TOOL -i grey.png -pix_fmt gray $OUT
ffmpeg jpg              $TOOL -i film.gif -frames:v 1 -q:v 31 $OUT
ffmpeg png              $TOOL -i rgb.png $OUT
ffmpeg png              $TOOL -i rgb.png -pix_fmt rgb48be $OUT
ffmpeg png              $TOOL -i rgba.png -pix_fmt rgba64be $OUT
ffmpeg png              $TOOL -i grey.png -pix_fmt monob $OUT
ffmpeg png              $TOOL -i grey-alpha.png -pix_fmt ya8 -pred mixed $OUT
ffmpeg png              $TOOL -i film.gif -f apng -plays 0 $OUT
ffmpeg webp             $TOOL -i rgb.png -c:v libwebp $OUT
ffmpeg webp             $TOOL -i rgba.png -c:v libwebp -lossless 1 $OUT
ffmpeg webp             $TOOL -i film.gif -c:v libwebp_anim -loop 0 $OUT
ffmpeg avif             $TOOL -i rgb.png -c:v libaom-av1 -still-picture 1 -cpu-used 8 $OUT
ffmpeg avif             $TOOL -i rgb.png -c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv420p10le $OUT
ffmpeg avif             $TOOL -i rgb.png -c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt gray $OUT
ffmpeg avif             $TOOL -i odd.png -c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv444p -crf 5 $OUT
ffmpeg avif             $TOOL -i film.gif -c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p $OUT
ffmpeg avif             $TOOL -i even.png -c:v libsvtav1 -frames:v 1 -pix_fmt yuv420p $OUT
avifenc avif            $TOOL rgb.png $OUT
avifenc avif            $TOOL -y 420 -s 9 rgb.png $OUT
avifenc avif            $TOOL -y 422 -d 10 -s 9 rgb.png $OUT
avifenc avif            $TOOL -y 400 -d 12 -s 9 grey.png $OUT
avifenc avif            $TOOL -l -s 9 rgba.png $OUT
avifenc avif            $TOOL -p -s 9 rgba.png $OUT
avifenc avif            $TOOL -c rav1e -y 420 -s 9 rgb.png $OUT
avifenc avif            $TOOL -c svt -y 420 -s 9 even.png $OUT
avifenc avif            $TOOL -s 9 --irot 1 rgb.png $OUT
avifenc avif            $TOOL -s 9 --irot 2 rgb.png $OUT
avifenc avif            $TOOL -s 9 --irot 3 rgb.png $OUT
avifenc avif            $TOOL -s 9 --imir 0 rgb.png $OUT
avifenc avif            $TOOL -s 9 --imir 1 rgb.png $OUT
avifenc avif            $TOOL -s 9 --irot 1 --imir 0 rgba.png $OUT
avifenc avif            $TOOL -s 9 --irot 3 --imir 1 -y 420 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,0,40,20 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,0,40,20 --irot 1 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,0,60,40 --irot 3 --imir 0 rgba.png $OUT
avifenc avif            $TOOL -s 9 --crop 10,10,40,20 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 10,10,40,20 --irot 1 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,0,90,20 rgb.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,40,90,20 rgb.png $OUT
avifenc avif            $TOOL -s 9 --pasp 2,1 rgb.png $OUT
avifenc avif            $TOOL -s 9 --exif turned.exif rgb.png $OUT
avifenc avif            $TOOL -s 9 --icc srgb.icc rgb.png $OUT
avifenc avif            $TOOL -s 9 turned.jpg $OUT
avifenc avif            $TOOL -s 9 --cicp 9/16/9 -d 10 rgb.png $OUT
avifenc avif            $TOOL -s 9 -g 2x1 even.png $OUT
avifenc avif            $TOOL -s 9 -g 2x1 --irot 1 even.png even.png $OUT
avifenc avif            $TOOL -s 9 -g 2x2 even.png even.png even.png even.png $OUT
avifenc avif            $TOOL -s 9 frame-0.png frame-1.png frame-2.png $OUT
avifenc avif            $TOOL -s 9 --irot 1 frame-0.png frame-1.png $OUT
avifenc avif            $TOOL -s 9 --crop 0,0,40,20 frame-0.png frame-1.png $OUT
avifenc avif            $TOOL -s 9 dot.png $OUT
avifenc avif            $TOOL -s 9 line.png $OUT
libheif avif            $TOOL -A rgb.png -o $OUT
libheif avif            $TOOL -A -L rgba.png -o $OUT
libheif avif            $TOOL -A -t 32 rgb.png -o $OUT
libheif avif            $TOOL -A turned.jpg -o $OUT
libheif avif            $TOOL -A odd.png -o $OUT
libheif avif            $TOOL -A rgb.png odd.png -o $OUT
cwebp webp              $TOOL rgb.png -o $OUT
cwebp webp              $TOOL -q 5 -m 6 odd.png -o $OUT
cwebp webp              $TOOL -lossless -z 9 rgba.png -o $OUT
cwebp webp              $TOOL -near_lossless 40 rgb.png -o $OUT
cwebp webp              $TOOL -alpha_q 20 -alpha_method 0 rgba.png -o $OUT
cwebp webp              $TOOL -lossless dot.png -o $OUT
cwebp webp              $TOOL -metadata all turned.jpg -o $OUT
cwebp webp              $TOOL -resize 40 0 -sharp_yuv rgb.png -o $OUT
cwebp webp              $TOOL -segments 1 -partition_limit 100 -f 0 rgb.png -o $OUT
gif2webp webp           $TOOL film.gif -o $OUT
gif2webp webp           $TOOL -lossy -mixed -min_size film.gif -o $OUT
img2webp webp           $TOOL -loop 0 -lossy frame-0.png -lossless frame-1.png -o $OUT
webpmux webp            cwebp -quiet rgb.png -o $OUT.plain && $TOOL -set exif turned.exif $OUT.plain -o $OUT
webpmux webp            cwebp -quiet rgba.png -o $OUT.plain && $TOOL -set icc srgb.icc $OUT.plain -o $OUT
cjpeg jpg               $TOOL -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -progressive -quality 90 -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -scans few.scans -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -arithmetic -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -arithmetic -progressive -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -restart 1 -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -restart 1B -progressive -outfile $OUT odd.ppm
cjpeg jpg               $TOOL -grayscale -optimize -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -rgb -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -sample 4x1,1x1,1x1 -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -sample 1x2 -quality 5 -outfile $OUT odd.ppm
cjpeg jpg               $TOOL -quality 1 -dct float -icc srgb.icc -outfile $OUT rgb.ppm
cjpeg jpg               $TOOL -outfile $OUT grey.pgm
jpegtran jpg            $TOOL -copy all -outfile $OUT turned.jpg
jpegtran jpg            $TOOL -copy none -outfile $OUT turned.jpg
jpegtran jpg            $TOOL -copy all -progressive -outfile $OUT turned.jpg
jpegtran jpg            $TOOL -rotate 90 -trim -outfile $OUT rgb.jpg
jpegtran jpg            $TOOL -crop 40x30+16+16 -restart 1 -outfile $OUT rgb.jpg
jpegtran jpg            $TOOL -arithmetic -outfile $OUT rgb.jpg
jpegtran jpg            $TOOL -copy all -outfile $OUT cmyk.jpg
libjxl jpg              cjxl --lossless_jpeg=1 turned.jpg $OUT.jxl && $TOOL $OUT.jxl $OUT
libjxl jpg              cjxl rgb.png $OUT.jxl && $TOOL $OUT.jxl $OUT
libjxl png              cjxl rgba.png $OUT.jxl -d 0 && $TOOL $OUT.jxl $OUT
libjxl png              cjxl rgb.png $OUT.jxl && $TOOL --bits_per_sample 8 $OUT.jxl $OUT
guetzli jpg             $TOOL --quality 90 rgb.png $OUT
netpbm jpg              pnmtojpeg -quality 60 -exif /dev/null rgb.ppm > $OUT || pnmtojpeg rgb.ppm > $OUT
netpbm jpg              pnmtojpeg -progressive -comment 'a comment' rgb.ppm > $OUT
netpbm png              $TOOL -interlace rgb.ppm > $OUT
netpbm png              $TOOL -force -gamma 0.45 grey.pgm > $OUT
optipng png             $TOOL -i 1 rgba.png -out $OUT
optipng png             $TOOL turned.png -out $OUT
zopflipng png           $TOOL --iterations=1 rgb.png $OUT
zopflipng png           $TOOL --iterations=1 --keepchunks=eXIf turned.png $OUT
pngcrush png            $TOOL -reduce -text a Title 'a title' palette.png $OUT
pngcrush png            $TOOL turned.png $OUT
pngquant png            $TOOL 8 --output $OUT rgba.png
jpegoptim jpg           cp turned.jpg $OUT && $TOOL --all-progressive --max=50 $OUT
exiftool jpg            $TOOL -Orientation#=8 rgb.jpg -o $OUT
exiftool jpg            $TOOL -Orientation#=5 -XMP-tiff:Orientation#=1 -Comment=comment turned.jpg -o $OUT
exiftool jpg            $TOOL -Orientation#=1 -XMP-tiff:Orientation#=6 rgb.jpg -o $OUT
exiftool jpg            $TOOL -Orientation= -XMP-tiff:Orientation#=6 turned.jpg -o $OUT
exiftool jpg            $TOOL -all= turned.jpg -o $OUT
exiftool jpg            $TOOL '-ThumbnailImage<=dot.png' -Orientation#=6 rgb.jpg -o $OUT
exiftool png            $TOOL -Orientation#=6 rgb.png -o $OUT
exiftool png            $TOOL -Orientation#=7 turned.png -o $OUT
exiftool png            $TOOL -XMP-tiff:Orientation#=6 -Title=title rgb.png -o $OUT
exiftool png            $TOOL -all= turned.png -o $OUT
exiftool avif           avifenc -s 9 rgb.png $OUT.avif && $TOOL -Orientation#=6 $OUT.avif -o $OUT
exiftool avif           avifenc -s 9 rgb.png $OUT.avif && $TOOL -XMP-tiff:Orientation#=6 $OUT.avif -o $OUT
"""
QUIET = {"ffmpeg": "-loglevel error -y", "cwebp": "-quiet", "gif2webp": "-quiet"}


def made_by_commands(originals: Path, folder: Path) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Write what every command makes; return encoder and command by the file's name, and the lines that made none."""
    made: dict[str, tuple[str, str]] = {}
    missing, numbers = [], dict.fromkeys(TOOLS, 0)
    for line in COMMANDS.strip().splitlines():
        tool, extension, command = line.split(None, 2)
        numbers[tool] += 1
        out = folder / f"{tool.lower()}-{numbers[tool]:02}.{extension}"
        program = next(filter(shutil.which, TOOLS[tool]), None)
        if program and run(command, out, f"{program} {QUIET.get(tool, '')}".strip(), originals):
            made[out.name] = (tool, command.replace("$TOOL", program))
        else:
            missing.append(line)
        for extra in folder.glob(f"{out.name}.*"):
            extra.unlink()
    return made, missing


def version_of(tool: str) -> str:
    """Whatever its program answers to one of the usual questions that looks like a version."""
    program = next(filter(shutil.which, TOOLS.get(tool, [])), "")
    for question in ("--version", "-version", "-ver") if program else ():
        options: Any = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 10}
        done = subprocess.run([program, question], check=False, **options)
        if found := re.search(r"\d+\.\d+(\.\d+)*", done.stdout + done.stderr):
            return found[0]
    return ""


def run(command: str, out: Path, tool: str, originals: Path) -> bool:
    """Whether the command wrote its file, whatever it says of itself: jpegtran's status 2 is a warning."""
    environment = {**os.environ, "OUT": str(out)}
    shell = command.replace("$TOOL", tool)
    options: Any = {"cwd": originals, "env": environment, "capture_output": True, "timeout": 60}
    done = subprocess.run(["sh", "-c", shell], check=False, **options)
    if not out.exists() or not out.stat().st_size:
        print(f"{command}: {done.stderr.decode(errors='replace').strip()[-200:]}")
        out.unlink(missing_ok=True)
        return False
    return True
