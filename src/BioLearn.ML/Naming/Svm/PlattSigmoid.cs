namespace BioLearn.ML.Naming.Svm;

/// <summary>
/// P(first | f) = 1 / (1 + exp(A f + B)): Platt's sigmoid over the decision f of a pair of classes (Platt, "Probabilistic outputs for
/// support vector machines", 1999), fitted by Newton's method with backtracking on targets that are kept from 0 and 1 (Lin, Lin and Weng,
/// "A note on Platt's probabilistic outputs for support vector machines", Machine Learning 68, 2007).
/// </summary>
/// <param name="A">Slope; below 0 where large decisions speak for the first class.</param>
/// <param name="B">Offset.</param>
public readonly record struct PlattSigmoid(double A, double B)
{
    private const int MostIterations = 100;
    private const double LeastStep = 1e-10;
    private const double Ridge = 1e-12;
    private const double GradientTolerance = 1e-5;

    /// <summary>P(first | f).</summary>
    /// <param name="decision">f.</param>
    /// <returns>From 0 to 1.</returns>
    public double Of(double decision)
    {
        double z = (decision * A) + B;
        return z >= 0 ? Math.Exp(-z) / (1 + Math.Exp(-z)) : 1 / (1 + Math.Exp(z));
    }

    /// <summary>Fits a sigmoid to decisions of points that the decision was not trained on.</summary>
    /// <param name="decisions">f of each point.</param>
    /// <param name="isFirst">Whether it is of the first class.</param>
    /// <returns>The sigmoid of least cross-entropy.</returns>
    internal static PlattSigmoid Fit(ReadOnlySpan<double> decisions, ReadOnlySpan<bool> isFirst)
    {
        int firsts = isFirst.Count(true), seconds = isFirst.Length - firsts;
        double high = (firsts + 1.0) / (firsts + 2.0), low = 1 / (seconds + 2.0);
        PlattSigmoid now = new(0, Math.Log((seconds + 1.0) / (firsts + 1.0)));
        double loss = now.Loss(decisions, isFirst, high, low);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double haa = Ridge, hbb = Ridge, hab = 0, ga = 0, gb = 0;
            for (int i = 0; i < decisions.Length; i++)
            {
                double p = now.Of(decisions[i]), curvature = p * (1 - p), error = (isFirst[i] ? high : low) - p;
                haa += decisions[i] * decisions[i] * curvature;
                hab += decisions[i] * curvature;
                hbb += curvature;
                ga += decisions[i] * error;
                gb += error;
            }
            if (Math.Abs(ga) < GradientTolerance && Math.Abs(gb) < GradientTolerance)
                break;
            double determinant = (haa * hbb) - (hab * hab);
            double da = -((hbb * ga) - (hab * gb)) / determinant, db = -((haa * gb) - (hab * ga)) / determinant;
            double slope = (ga * da) + (gb * db);
            double step = 1;
            for (; step >= LeastStep; step /= 2)
            {
                PlattSigmoid next = new(now.A + (step * da), now.B + (step * db));
                double nextLoss = next.Loss(decisions, isFirst, high, low);
                if (!(nextLoss < loss + (1e-4 * step * slope)))
                    continue;
                (now, loss) = (next, nextLoss);
                break;
            }
            if (step < LeastStep)
                break;
        }
        return now;
    }

    /// <summary>Cross-entropy, written so that nothing overflows.</summary>
    private double Loss(ReadOnlySpan<double> decisions, ReadOnlySpan<bool> isFirst, double high, double low)
    {
        double loss = 0;
        for (int i = 0; i < decisions.Length; i++)
        {
            double z = (decisions[i] * A) + B, target = isFirst[i] ? high : low;
            loss += z >= 0 ? (target * z) + Math.Log(1 + Math.Exp(-z)) : ((target - 1) * z) + Math.Log(1 + Math.Exp(z));
        }
        return loss;
    }
}
