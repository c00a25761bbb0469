package camera

import (
	"bytes"
	"image"
	"image/jpeg"

	"counterfoil/app/casework"
)

// checked returns a frame with Huffman tables, when it is a JPEG of a bearable
// size that is there to its end.
func checked(raw []byte, maxPixels int) ([]byte, image.Point, error) {
	raw = withTables(raw)
	size, err := jpeg.DecodeConfig(bytes.NewReader(raw))
	if err != nil || size.Width < 1 || size.Height < 1 {
		return nil, image.Point{}, casework.Refuse(casework.CameraGarbled, "a frame is not a JPEG")
	}
	if size.Width > maxPixels/size.Height {
		return nil, image.Point{}, casework.Refuse(casework.CameraGarbled, "a frame has too many pixels")
	}
	if !toItsEnd(raw) {
		return nil, image.Point{}, casework.Refuse(casework.CameraGarbled, "half a frame")
	}
	return raw, image.Pt(size.Width, size.Height), nil
}

// toItsEnd says whether a JPEG ends with its end marker; cameras pad their
// buffers with zeros behind it. Half a frame would be shown half grey.
func toItsEnd(raw []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(raw, "\x00\r\n"), []byte{0xFF, 0xD9})
}

// still decodes a frame and encodes it again upright, so that no EXIF, comment
// or anything else of the camera's is kept.
func still(frame []byte, turn Turn, quality int) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(frame))
	if err != nil {
		return nil, casework.Refuse(casework.CameraGarbled, "the frame is damaged")
	}
	return encode(upright(img, orientation(frame), turn), quality)
}

// preview returns a frame upright: as it came, when it is so already.
func preview(frame []byte, turn Turn) ([]byte, error) {
	if turn == 0 && orientation(frame) == 1 {
		return frame, nil
	}
	return still(frame, turn, previewQuality)
}

// previewQuality of what is encoded here only to be looked at.
const previewQuality = 80

func encode(img image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, casework.Refuse(casework.CameraGarbled, "the picture cannot be encoded")
	}
	return out.Bytes(), nil
}
