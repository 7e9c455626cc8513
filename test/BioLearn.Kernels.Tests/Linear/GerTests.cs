using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Linear;

[EveryWidth]
public class GerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(32, 32)]
    [InlineData(33, 67)]
    public void Decay_and_two_pairs_equal_the_scalar_loop(int m, int n)
    {
        foreach ((double beta, bool second) in new[] { (0.0, false), (0.0, true), (1.0, true), (0.9, true), (0.9, false) })
        {
            double[] d = Reference.Numbers<double>(m * n, "d"), before = [.. d];
            double[] p1 = Reference.Numbers<double>(m, "p1"), q1 = Reference.Numbers<double>(n, "q1"), p2 = Reference.Numbers<double>(m, "p2"), q2 = Reference.Numbers<double>(n, "q2");
            if (second)
                Ger.Update(new(d, m, n), beta, 0.3, p1, q1, -0.2, p2, q2);
            else
                Ger.Update(new(d, m, n), beta, 0.3, p1, q1);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double e = Reference.MultiplyAdd(0.3 * p1[i], q1[j], beta == 0 ? 0 : beta * before[(i * n) + j]);
                    if (second)
                        e = Reference.MultiplyAdd(-0.2 * p2[i], q2[j], e);
                    Assert.Equal(e, d[(i * n) + j]);
                }
            }
        }
    }
}
