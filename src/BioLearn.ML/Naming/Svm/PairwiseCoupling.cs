namespace BioLearn.ML.Naming.Svm;

/// <summary>
/// Probabilities of several classes from those of each pair: p of least Σ_i Σ_j≠i (r_ji p_i − r_ij p_j)², Σ p = 1, by the second method of
/// Wu, Lin and Weng, "Probability estimates for multi-class classification by pairwise coupling", JMLR 5 (2004), algorithm 2. It is libsvm's.
/// </summary>
internal static class PairwiseCoupling
{
    private const int LeastIterations = 100;

    /// <param name="pairs">r, [classes, classes] row by row: r_ij is the probability of i, given that it is i or j.</param>
    /// <param name="probabilities">Receives p of each class.</param>
    public static void Couple(ReadOnlySpan<double> pairs, Span<double> probabilities)
    {
        int k = probabilities.Length;
        double[] q = new double[k * k], qp = new double[k];
        for (int t = 0; t < k; t++)
        {
            probabilities[t] = 1.0 / k;
            for (int j = 0; j < k; j++)
            {
                if (j == t)
                    continue;
                q[(t * k) + t] += pairs[(j * k) + t] * pairs[(j * k) + t];
                q[(t * k) + j] = -pairs[(j * k) + t] * pairs[(t * k) + j];
            }
        }
        double tolerance = 0.005 / k;
        for (int iteration = 0; iteration < Math.Max(LeastIterations, k); iteration++)
        {
            double pqp = 0, worst = 0;
            for (int t = 0; t < k; t++)
            {
                qp[t] = 0;
                for (int j = 0; j < k; j++)
                    qp[t] += q[(t * k) + j] * probabilities[j];
                pqp += probabilities[t] * qp[t];
            }
            foreach (double value in qp)
                worst = Math.Max(worst, Math.Abs(value - pqp));
            if (worst < tolerance)
                break;
            for (int t = 0; t < k; t++)
            {
                double change = (pqp - qp[t]) / q[(t * k) + t];
                probabilities[t] += change;
                pqp = (pqp + (change * ((change * q[(t * k) + t]) + (2 * qp[t])))) / ((1 + change) * (1 + change));
                for (int j = 0; j < k; j++)
                {
                    qp[j] = (qp[j] + (change * q[(t * k) + j])) / (1 + change);
                    probabilities[j] /= 1 + change;
                }
            }
        }
    }
}
