using Xunit;
using System.Text;

namespace MoECompiler.Tests.Support;

/// <summary>Damaged copies of valid files: the same ones in every run, for the parsers' tests.</summary>
public sealed class Mutations
{
    private static readonly string[] Numbers =
        ["0", "-1", "1", "7", "255", "65536", "2147483647", "2147483648", "4294967295", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e9", "1e999", "0.5", "-0", "NaN"];

    private readonly byte[][] _seeds;
    private readonly string[] _tokens;
    private readonly Random _random;

    /// <param name="seeds">Valid files, or nearly so.</param>
    /// <param name="tokens">Pieces of the format's syntax, to be put in anywhere.</param>
    /// <param name="seed">The seed of the choices.</param>
    public Mutations(byte[][] seeds, string[] tokens, int seed = 1)
    {
        _seeds = seeds;
        _tokens = tokens;
        _random = new Random(seed);
    }

    /// <summary>
    /// Gives the seeds themselves and then mutations of them to a parser, which may throw only <typeparamref name="TException"/>.
    /// </summary>
    /// <param name="count">How many mutations.</param>
    /// <param name="parse">The parser.</param>
    /// <param name="allocation">The most bytes that one call may allocate.</param>
    /// <returns>How many mutations the parser refused.</returns>
    public int Run<TException>(int count, Action<byte[]> parse, long allocation = 1 << 20) where TException : Exception
    {
        foreach (byte[] seed in _seeds)
            parse(seed);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                parse(bytes);
            }
            catch (TException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Mutation {i} gives {e}\n{Convert.ToHexString(bytes)}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= allocation, $"Mutation {i}, of {bytes.Length:N0} bytes, allocates {allocated:N0}.\n{Convert.ToHexString(bytes)}");
        }
        return refused;
    }

    private byte[] Next()
    {
        List<byte> bytes = [.. Pick(_seeds)];
        for (int changes = _random.Next(1, 4); changes > 0; changes--)
            Change(bytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = Math.Min(_random.Next(1, 1 << _random.Next(1, 9)), bytes.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                byte[] other = Pick(_seeds);
                int from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                break;
            case 6:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(_tokens)));
                break;
            default:
                ReplaceNumber(bytes, at);
                break;
        }
    }

    /// <summary>Puts another number in place of the first digits from <paramref name="at"/> on.</summary>
    private void ReplaceNumber(List<byte> bytes, int at)
    {
        int begin = bytes.FindIndex(at, static b => char.IsAsciiDigit((char)b));
        if (begin < 0)
            return;
        int end = bytes.FindIndex(begin, static b => !char.IsAsciiDigit((char)b));
        bytes.RemoveRange(begin, (end < 0 ? bytes.Count : end) - begin);
        bytes.InsertRange(begin, Encoding.ASCII.GetBytes(Pick(Numbers)));
    }

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
