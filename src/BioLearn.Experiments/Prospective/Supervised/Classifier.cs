using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// A network that learns classes by squared error, and its error on rows: plain descent along gradients that are summed over the mini-batch, as
/// in the published program. Once it has diverged it learns no more, and its error is 1.
/// </summary>
internal sealed class Classifier : IDisposable
{
    private const int RowsAtOnce = 250;

    private readonly Network<float> _network;
    private readonly NetworkTrainer<float> _trainer;

    public Classifier(NetworkSpec spec, LearningRule rule, Initializer initializer, double learningRate, int batchSize, long seed)
    {
        _network = new Network<float>(spec, rule, initializer, seed);
        _trainer = new NetworkTrainer<float>(_network, rule, OptimizerSettings.Sgd(learningRate), Math.Max(batchSize, RowsAtOnce));
    }

    public Network<float> Network => _network;

    /// <summary>Whether a number has become infinite or NaN.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>One mini-batch.</summary>
    /// <param name="samples">Rows with targets.</param>
    /// <param name="rows">Which of them.</param>
    /// <returns>Mean loss of the rows before the step; NaN after a divergence.</returns>
    public double Learn(in Samples<float> samples, ReadOnlySpan<int> rows)
    {
        if (HasDiverged)
            return double.NaN;
        _trainer.LearningRateFactor = SummedGradients.Rate(_trainer.Rule, 1, rows.Length); // the last mini-batch of an epoch may be smaller
        try
        {
            return _trainer.Step(samples, rows);
        }
        catch (DivergenceException)
        {
            HasDiverged = true;
            return double.NaN;
        }
    }

    /// <summary>Mini-batches of shuffled rows.</summary>
    /// <param name="samples">Rows with targets.</param>
    /// <param name="chosen">Those of them that are learned from.</param>
    /// <param name="batchSize">Rows of a mini-batch; the last one may be smaller.</param>
    /// <param name="batches">Most mini-batches; 0 for all rows.</param>
    /// <param name="order">What the order is drawn from.</param>
    /// <param name="cancellation">Heard before every step.</param>
    /// <returns>Mean loss as met on the way; NaN after a divergence.</returns>
    public double LearnEpoch(in Samples<float> samples, ReadOnlySpan<int> chosen, int batchSize, int batches, RandomStream order, CancellationToken cancellation)
    {
        int[] rows = new int[chosen.Length];
        order.FillPermutation(rows);
        int count = batches == 0 ? rows.Length : (int)Math.Min(rows.Length, (long)batches * batchSize);
        for (int i = 0; i < count; i++)
            rows[i] = chosen[rows[i]];
        double loss = 0;
        for (int start = 0; start < count; start += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = Math.Min(batchSize, count - start);
            loss += Learn(samples, rows.AsSpan(start, size)) * size;
        }
        return loss / count;
    }

    /// <summary>
    /// The error (<see cref="ClassificationError"/>) as the publication's figures have it: the mean over batches of rows as they lie, in which
    /// the rows of a smaller last batch count for more.
    /// </summary>
    public double Error(LabelledRows rows, int batchSize)
    {
        if (HasDiverged)
            return 1;
        double errors = 0;
        int wrong = 0, batches = 0, begin = 0;
        ReadOnlySpan<int> labels = rows.Labels.Span;
        for (int start = 0; start < rows.Count; start += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows.Count - start);
            Signal<float> outputs = _trainer.Predict(rows.Features.Span.Slice(start * rows.Width, count * rows.Width));
            for (int i = 0; i < count; i++)
            {
                int row = start + i;
                if (!ClassificationError.IsRight<float>(outputs.Row(i), labels[row]))
                    wrong++;
                if (row + 1 - begin != batchSize && row + 1 != rows.Count)
                    continue;
                errors += (double)wrong / (row + 1 - begin);
                (wrong, begin, batches) = (0, row + 1, batches + 1);
            }
        }
        return errors / batches;
    }

    /// <summary>Writes all that goes on from here to the same bits.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(HasDiverged);
        _trainer.SaveState(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, before the first step.</summary>
    public void Load(BinaryReader reader)
    {
        HasDiverged = reader.ReadBoolean();
        _trainer.LoadState(reader);
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
    }
}
