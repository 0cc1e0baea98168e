/// Small image files made by other tools.
public enum GoldenImages {
    /// 5 × 7, 2-bit palette (red, green half transparent, blue transparent, dark), Adam7; index (x + 2y) % 4; Latin-1 text.
    public static let interlacedPalette = base64(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAHAgMAAAHKzl/rAAAADFBMVEX/AAAA/wAAAP8KFB4iiCkEAAAAA3RSTlP/gAB/bWh4AAAAFklEQVR4nGNgAIMG
        IFQAwgIo3NgAQQBC/gaUtbtdaQAAAAp0RVh0Y2Fm6QBuYe92ZUS5j74AAAAASUVORK5CYII=
        """)

    /// 9 × 3, 1-bit grey (Pillow); white where (x + 9y) % 3 == 0.
    public static let oneBit = base64(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAkAAAADAQAAAABpcRjbAAAAEUlEQVR4nGOYxMDEwMDEwAAABKsAlzEUHOgAAAAASUVORK5CYII=
        """)

    /// 4 × 3, 16-bit grey + alpha; grey 1000y + 257x, alpha 65535 − 3xy.
    public static let grayAlpha16 = base64(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAQAAAADEAQAAABObboOAAAAOUlEQVR4nAXBUQqAIBRFwavPSt3/wqw2oUlfgSAIpxlJ4Bx4D2YgqxAaa3uYe2foKBBP
        Zrr48s37A8krHt/w10L9AAAAAElFTkSuQmCC
        """)

    /// 16 × 16 CMYK with inverted inks and an Adobe marker (Pillow): cyan, magenta / yellow, half black in quarters.
    public static let cmyk = base64(
        """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK
        /8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFB
        BhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqS
        k5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD+f+v38r9/
        K/fyv7/K/gDooor+/wAr+AOiiiv7/K/n/r//2Q==
        """)

    /// 40 × 24 progressive (Pillow), EXIF orientation 6: red, green / blue, light grey in quarters.
    public static let progressive = base64(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYI
        DAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU
        FBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAYACgDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAAYHBQj/xAAZAQACAwEAAAAAAAAAAAAAAAAG
        BwAFCAP/2gAMAwEAAhADEAAAAYFwUeOmV0npoHl+eUKrCvIw3gydt20Q9oAv3//EABoQAAMAAwEAAAAAAAAAAAAAAAAQFQEFBgf/2gAIAQEAAQUCWgdQ
        qHF4pkkkvzZ//8QAJhEAAQICCQUAAAAAAAAAAAAAAQIEAwUABhAREhYhMVMyoaLR0v/aAAgBAwEBPwHNsl5/FXzSubKPOJ64fMU4oasNx0GyEg6G47im
        X5lxd0+7IPQLP//EACoRAAACBwUJAAAAAAAAAAAAAAEDAAIEBQYQERUWNUFRU1RhgqGistHS/9oACAECAQE/AbmP3d+5T6R5w+8mdrXLMKoIUzV0Dilj
        N+z6h7lE2LHcviEv/8QAIhAAAAQEBwAAAAAAAAAAAAAAABAzogMEBRJDUWGBg8HC/9oACAEBAAY/Aij7dmm4JuE5h2Wa5hVoVadR4/R//8QAGhAAAwEA
        AwAAAAAAAAAAAAAAAPDxIBFRgf/aAAgBAQABPyHJPA8FjOfPQlCVqf/aAAwDAQACAAMAAAAQ9189hA//xAAbEQACAgMBAAAAAAAAAAAAAAABERAhADGx
        Qf/aAAgBAwEBPxDAvbh4zYkCILAaYpGVe7pj/8QAGREBAAIDAAAAAAAAAAAAAAAAAQAxESAh/9oACAECAQE/EJpZGQzWh0ZTrFH/AP/EABoQAAEFAQAA
        AAAAAAAAAAAAAEERIDAxcfD/2gAIAQEAAT8QfyIT4eCbuDd7/9k=
        """)

    /// The bytes behind base64 text (RFC 4648 §4); line breaks are skipped.
    public static func base64(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var bits = 0
        var held = 0
        for digit in text.utf8.compactMap({ alphabet.firstIndex(of: $0) }) {
            bits = bits << 6 | digit
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            }
        }
        return bytes
    }
}
