using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// The task head as a bottom-up network of its own: from the network's top it tells which instruction was given, by the delta rule; inner
/// layers are ReLU. Its error stays in it: the core learns from its own.
/// </summary>
internal static class TaskHeadUpdate
{
    public static void Teach<T>(LearningContext<T> step, TopDownNetwork<T> topDown)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TaskHeadLayer<T>[] heads = topDown.Heads;
        Signal<T> below = step.Clean.ReadBy(step.Depth);
        for (int k = 1; k <= heads.Length; k++)
        {
            Signal<T> activity = Activity(k);
            step.Read(heads[k - 1].Up, null, below, activity);
            if (k < heads.Length)
                TensorPrimitives.Max(activity.Span, T.Zero, activity.Span);
            below = activity;
        }
        // The error, from the outermost layer inwards, in place of the activities.
        for (int b = 0; b < step.Batch; b++)
            TensorPrimitives.Subtract(below.Row(b), step.Instructions!.Vectors.Row(step.Instructions.OfSample[b]), below.Row(b));
        for (int k = heads.Length; k >= 1; k--)
        {
            Signal<T> error = Activity(k), read = k > 1 ? Activity(k - 1) : step.Clean.ReadBy(step.Depth);
            step.Learn(heads[k - 1].Up, error, read);
            if (heads[k - 1].Down != heads[k - 1].Up)
                step.LearnLike(heads[k - 1].Down, heads[k - 1].Up);
            if (k == 1)
                continue;
            Signal<T> sent = step.Scratch("task head sent", k, read.Width);
            sent.Span.Clear();
            step.AddProjected(error, heads[k - 1].Down, sent);
            for (int i = 0; i < read.Span.Length; i++)
                read.Span[i] = read.Span[i] > T.Zero ? sent.Span[i] : T.Zero;
        }

        Signal<T> Activity(int k) => step.Scratch("task head up", k, heads[k - 1].Up.Rows);
    }
}
