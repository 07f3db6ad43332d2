/* float32 to and from decimal text: reading by doubles with a proven margin, writing by Schubfach (Giulietti 2020). */
#include "decimal.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------------------------------------- */

static const double exact_powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A decimal number: 0.d1d2... * 10^scale, of which `digits` (at most 19, no leading zeros) are in `significand`. */
typedef struct {
    uint64_t significand;
    int digits;
    int64_t scale; /* 64 bits: it counts digits, of which a hostile file may have any number */
} decimal;

/* Take up the digits from p on; `scale` grows with each if they stand before the point. Returns where they end. */
static const char *read_digits(const char *p, const char *end, int before_point, decimal *number) {
    for (; p < end && (unsigned)(*p - '0') < 10; p++) {
        if (number->digits == 0 && *p == '0') {
            number->scale -= !before_point;
            continue;
        }
        if (number->digits < 19) { /* what comes after 19 digits changes the value by less than one part in 10^18 */
            number->significand = number->significand * 10 + (uint64_t)(*p - '0');
            number->digits++;
        }
        number->scale += before_point;
    }
    return p;
}

/* Read "e-05" at p, if it is there, into *exponent. Returns where it ends, NULL if it has no digits. */
static const char *read_exponent(const char *p, const char *end, int *exponent) {
    if (p == end || (*p != 'e' && *p != 'E'))
        return p;
    p++;
    int negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *digits = p;
    for (; p < end && (unsigned)(*p - '0') < 10; p++)
        if (*exponent < 10000)
            *exponent = *exponent * 10 + (*p - '0');
    if (negative)
        *exponent = -*exponent;
    return p == digits ? NULL : p;
}

/* Round a nonzero decimal to float, unless it is too near the border between two floats to tell. Returns whether it could.
 *
 * The conversion and up to three multiplications or divisions by exact powers of ten err by half an ulp each, so the value is
 * within 3 ulp of the double. Both round to the same float unless a midpoint of two floats is between them: midpoints of normal
 * floats are the doubles whose low 29 bits are 1 0...0. We ask for a distance of 8. */
static int round_decimal(const decimal *number, float *out) {
    if (number->scale > 38 || number->scale < -36)
        return 0; /* overflow, subnormal, or nearly so */
    int power = (int)number->scale - number->digits;
    double value = (double)number->significand;
    for (; power > 0; power -= power < 22 ? power : 22)
        value *= exact_powers[power < 22 ? power : 22];
    for (; power < 0; power += -power < 22 ? -power : 22)
        value /= exact_powers[-power < 22 ? -power : 22];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t low = bits & ((1u << 29) - 1);
    if (low - ((1u << 28) - 8) <= 16)
        return 0; /* unsigned: true only from 2^28 - 8 to 2^28 + 8 */
    *out = (float)value;
    return 1;
}

const char *w2v_parse_float(const char *p, const char *end, float *out) {
    int negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    decimal number = {0, 0, 0};
    const char *start = p;
    p = read_digits(p, end, 1, &number);
    size_t length = (size_t)(p - start);
    if (p < end && *p == '.') {
        start = ++p;
        p = read_digits(p, end, 0, &number);
        length += (size_t)(p - start);
    }
    int exponent = 0;
    p = length ? read_exponent(p, end, &exponent) : NULL;
    if (!p || (p < end && *p != ' '))
        return NULL;
    float value = 0;
    number.scale += exponent;
    if (number.digits && !round_decimal(&number, &value))
        return NULL;
    *out = negative ? -value : value;
    return p;
}

/* ---- writing --------------------------------------------------------------------------------------------------------------- */

/* 10^k for k from -31 to 45 as g * 2^(floor(log2(10^k)) - 63), g rounded up to 64 bits. */
static const uint64_t powers_of_ten[77] = {
    0x81CEB32C4B43FCF5, 0xA2425FF75E14FC32, 0xCAD2F7F5359A3B3F, 0xFD87B5F28300CA0E, 0x9E74D1B791E07E49, 0xC612062576589DDB,
    0xF79687AED3EEC552, 0x9ABE14CD44753B53, 0xC16D9A0095928A28, 0xF1C90080BAF72CB2, 0x971DA05074DA7BEF, 0xBCE5086492111AEB,
    0xEC1E4A7DB69561A6, 0x9392EE8E921D5D08, 0xB877AA3236A4B44A, 0xE69594BEC44DE15C, 0x901D7CF73AB0ACDA, 0xB424DC35095CD810,
    0xE12E13424BB40E14, 0x8CBCCC096F5088CC, 0xAFEBFF0BCB24AAFF, 0xDBE6FECEBDEDD5BF, 0x89705F4136B4A598, 0xABCC77118461CEFD,
    0xD6BF94D5E57A42BD, 0x8637BD05AF6C69B6, 0xA7C5AC471B478424, 0xD1B71758E219652C, 0x83126E978D4FDF3C, 0xA3D70A3D70A3D70B,
    0xCCCCCCCCCCCCCCCD, 0x8000000000000000, 0xA000000000000000, 0xC800000000000000, 0xFA00000000000000, 0x9C40000000000000,
    0xC350000000000000, 0xF424000000000000, 0x9896800000000000, 0xBEBC200000000000, 0xEE6B280000000000, 0x9502F90000000000,
    0xBA43B74000000000, 0xE8D4A51000000000, 0x9184E72A00000000, 0xB5E620F480000000, 0xE35FA931A0000000, 0x8E1BC9BF04000000,
    0xB1A2BC2EC5000000, 0xDE0B6B3A76400000, 0x8AC7230489E80000, 0xAD78EBC5AC620000, 0xD8D726B7177A8000, 0x878678326EAC9000,
    0xA968163F0A57B400, 0xD3C21BCECCEDA100, 0x84595161401484A0, 0xA56FA5B99019A5C8, 0xCECB8F27F4200F3A, 0x813F3978F8940985,
    0xA18F07D736B90BE6, 0xC9F2C9CD04674EDF, 0xFC6F7C4045812297, 0x9DC5ADA82B70B59E, 0xC5371912364CE306, 0xF684DF56C3E01BC7,
    0x9A130B963A6C115D, 0xC097CE7BC90715B4, 0xF0BDC21ABB48DB21, 0x96769950B50D88F5, 0xBC143FA4E250EB32, 0xEB194F8E1AE525FE,
    0x92EFD1B8D0CF37BF, 0xB7ABC627050305AE, 0xE596B7B0C643C71A, 0x8F7E32CE7BEA5C70, 0xB35DBF821AE4F38C,
};

/* floor(log2(10^k)), and floor(log10(2^q)) or floor(log10(3/4 * 2^q)): exact for all exponents of a float. */
static int log2_of_power_of_ten(int k) {
    return (k * 1741647) >> 19;
}

static int log10_of_power_of_two(int q, int three_quarters) {
    return (q * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/* g * c / 2^64; its lowest bit is set if anything but a rounding error of g was cut off ("round to odd"). */
static uint32_t scale(uint64_t g, uint32_t c) {
    uint64_t low = ((g & 0xFFFFFFFFu) * c) >> 32;
    uint64_t high = (g >> 32) * c + low;
    return (uint32_t)(high >> 32) | ((uint32_t)high > 1);
}

/* The shortest decimal digits * 10^*exponent that lie in the rounding interval of c * 2^q; of several the nearest.
 *
 * Everything is scaled by 4 * 10^-k, with k such that the interval is 1 to 10 units of 10^k wide: `left`, `middle` and `right`
 * are its lower border, the number itself and the upper border. Borders belong to it if c is even (ties to even). Below a power
 * of two the floats lie twice as dense: `narrow`. */
static uint32_t shortest(uint32_t c, int q, int narrow, int *exponent) {
    int k = log10_of_power_of_two(q, narrow);
    int shift = q + log2_of_power_of_ten(-k) + 1;
    uint64_t g = powers_of_ten[-k + 31];
    uint32_t odd = c & 1;
    uint32_t left = scale(g, (4 * c - 2 + (uint32_t)narrow) << shift) + odd;
    uint32_t middle = scale(g, (4 * c) << shift);
    uint32_t right = scale(g, (4 * c + 2) << shift) - odd;
    uint32_t below = middle / 4, tens = below / 10;
    if (below >= 10) { /* one digit less? */
        int down = left <= 40 * tens, up = 40 * tens + 40 <= right;
        if (down != up) {
            *exponent = k + 1;
            return tens + (uint32_t)up;
        }
    }
    *exponent = k;
    int down = left <= 4 * below, up = 4 * below + 4 <= right;
    if (down != up)
        return below + (uint32_t)up;
    uint32_t half = 4 * below + 2;
    return below + (middle > half || (middle == half && (below & 1)));
}

static const char pairs[201] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/* Write the digits of `number`, below 10^9, without trailing zeros, and zeros after them up to 16; returns how many there are.
 * *exponent becomes that of 0.d1d2... * 10^exponent. */
static int write_digits(uint32_t number, char *digits, int *exponent) {
    char padded[10 + 16];
    char *p = padded + 10;
    memset(p, '0', 16);
    for (; number >= 100; number /= 100)
        memcpy(p -= 2, pairs + 2 * (number % 100), 2);
    if (number >= 10)
        memcpy(p -= 2, pairs + 2 * number, 2);
    else
        *--p = (char)('0' + number);
    int n = (int)(padded + 10 - p);
    *exponent += n;
    memcpy(digits, p, 16);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

/* Write 0.d1d2... * 10^point. From 1e-4 to below 1e16 in full, else with an exponent, as Python does. `digits` has 16 places, those
 * from n on zeros. Copies have fixed sizes, which is faster, and so may write up to 16 bytes too many. */
static char *write_number(const char *digits, int n, int point, char *p) {
    if (point > -4 && point <= 0) { /* 0.000ddd: nearly every number in files of vectors */
        memcpy(p, "0.000", 5);
        p += 2 - point;
        memcpy(p, digits, 16);
        return p + n;
    }
    int fixed = point > 0 && point <= 16;
    int before = fixed ? point : 1; /* digits before the point */
    memcpy(p, digits, 16);
    p += before;
    if (fixed || n > 1)
        *p++ = '.';
    if (n > before) {
        memcpy(p, digits + before, 8); /* no more than 9 digits in all, and one at least before */
        p += n - before;
    } else if (fixed) {
        *p++ = '0';
    }
    if (fixed)
        return p;
    int exponent = point - 1;
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    memcpy(p, pairs + 2 * (exponent < 0 ? -exponent : exponent), 2);
    return p + 2;
}

char *w2v_print_float(float x, char *p) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t fraction = bits & 0x7FFFFF;
    int biased = (int)(bits >> 23 & 255);
    if (biased == 255 && fraction)
        return (char *)memcpy(p, "nan", 3) + 3;
    if (bits >> 31)
        *p++ = '-';
    if (biased == 255)
        return (char *)memcpy(p, "inf", 3) + 3;
    if ((bits & 0x7FFFFFFF) == 0)
        return (char *)memcpy(p, "0.0", 3) + 3;
    int exponent;
    uint32_t c = biased ? fraction | 0x800000 : fraction;
    uint32_t number = shortest(c, (biased ? biased : 1) - 150, biased > 1 && fraction == 0, &exponent);
    char digits[16];
    int n = write_digits(number, digits, &exponent);
    return write_number(digits, n, exponent, p);
}
