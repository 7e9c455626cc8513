using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>What the inverses of <see cref="TargetPropagation"/> learn; ε is standard normal noise, σ its deviation.</summary>
public enum InverseLoss
{
    /// <summary>½ ‖g_l(f_l(h̃)) − h̃‖², h̃ = h_{l-1} + σε: undo the layer around its activities (Lee et al. 2015).</summary>
    Reconstruction,

    /// <summary>
    /// Difference reconstruction (Meulemans et al. 2020): h̃ goes on to the output and comes back to layer l by difference targets;
    /// the last difference-corrected g_l should give h̃.
    /// </summary>
    DifferenceReconstruction,

    /// <summary>
    /// Local difference reconstruction (Ernoult et al. 2022): −2 dx·(g(f(h + dx)) − g(f(h))) + ‖g(f(h) + dy) − g(f(h))‖², which turns
    /// the Jacobian of g_l into the transpose of f_l's, so that difference targets come to follow backpropagation.
    /// </summary>
    LocalDifferenceReconstruction,
}

/// <summary>Gradients of the inverse losses: what V_l and c_l learn in one step.</summary>
internal readonly struct InverseLearning<T>(LearningContext<T> step, Inverse<T> inverse, double deviation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (string, string) AtPerturbed = ("a of g(z)", "g(z)");
    private static readonly (string, string) AtClean = ("a of g(h)", "g(h)");
    private static readonly (string, string) AtNudged = ("a of g(h + dy)", "g(h + dy)");

    /// <param name="loss">Which loss.</param>
    /// <param name="l">Layer l, from 2.</param>
    /// <param name="draw">Number of the noise's draw within the step, from 0.</param>
    public void Learn(InverseLoss loss, int l, int draw)
    {
        switch (loss)
        {
            case InverseLoss.Reconstruction:
                Reconstruct(l, draw);
                break;
            case InverseLoss.DifferenceReconstruction:
                ReconstructDifference(l, draw);
                break;
            default:
                MatchJacobian(l, draw);
                break;
        }
    }

    /// <summary>One pair: (g_l(z) − h̃) ⊙ φ' with z = f_l(h̃).</summary>
    private void Reconstruct(int l, int draw)
    {
        Signal<T> noisy = Perturbed(l, draw, out _);
        Signal<T> z = inverse.Forward("f(h~)", l, noisy);
        var answer = inverse.Answer(AtPerturbed, l, z);
        Signal<T> residual = step.Scratch("residual", l, noisy.Width);
        TensorPrimitives.Subtract(answer.Y.Span, noisy.Span, residual.Span);
        inverse.Gate(l, answer, residual);
        inverse.Learn(l, (residual, z, T.One));
    }

    /// <summary>Two pairs: the residual r = h_{l-1} + g_l(t) − g_l(h_l) − h̃ meets t through one g_l, and h_l through the other.</summary>
    private void ReconstructDifference(int l, int draw)
    {
        Signal<T> noisy = Perturbed(l, draw, out _);
        Signal<T> target = noisy;
        for (int k = l; k <= step.Depth; k++)
            target = inverse.Forward("f(h~)", k, target);
        for (int k = step.Depth; k > l; k--)
            target = DifferenceTarget(k, target, step.Scratch("f(h~)", k - 1, step.Layer(k).Input.Size));
        var there = inverse.Answer(AtPerturbed, l, target);
        var here = inverse.Answer(AtClean, l, inverse.Activity(l));
        Signal<T> first = step.Scratch("residual", l, noisy.Width), second = step.Scratch("residual at h", l, noisy.Width);
        TensorPrimitives.Subtract(there.Y.Span, here.Y.Span, first.Span);
        TensorPrimitives.Add(first.Span, inverse.Activity(l - 1).Span, first.Span);
        TensorPrimitives.Subtract(first.Span, noisy.Span, first.Span);
        first.Span.CopyTo(second.Span);
        inverse.Gate(l, there, first);
        inverse.Gate(l, here, second);
        inverse.Learn(l, (first, target, T.One), (second, inverse.Activity(l), -T.One));
    }

    /// <summary>Three pairs, one through each g_l: −2dx at f(h + dx), 2(g(h + dy) − g(h)) at h_l + dy, their negated sum at h_l.</summary>
    private void MatchJacobian(int l, int draw)
    {
        Signal<T> noisy = Perturbed(l, draw, out Signal<T> dx);
        Signal<T> z = inverse.Forward("f(h~)", l, noisy);
        Signal<T> nudged = step.Scratch("h + dy", l, step.Layer(l).Units.Size);
        step.Normal("inverse output noise", l + (draw * step.Depth), nudged);
        TensorPrimitives.MultiplyAdd(nudged.Span, T.CreateChecked(deviation), inverse.Activity(l).Span, nudged.Span);
        var there = inverse.Answer(AtPerturbed, l, z);
        var here = inverse.Answer(AtClean, l, inverse.Activity(l));
        var beside = inverse.Answer(AtNudged, l, nudged);
        Signal<T> atHere = step.Scratch("residual at h", l, dx.Width), atBeside = step.Scratch("residual", l, dx.Width);
        TensorPrimitives.Subtract(beside.Y.Span, here.Y.Span, atBeside.Span);
        TensorPrimitives.Subtract(dx.Span, atBeside.Span, atHere.Span);
        inverse.Gate(l, there, dx);
        inverse.Gate(l, here, atHere);
        inverse.Gate(l, beside, atBeside);
        T two = T.CreateChecked(2);
        inverse.Learn(l, (dx, z, -two), (atHere, inverse.Activity(l), two), (atBeside, nudged, two));
    }

    /// <summary>t_{l-1} = h_{l-1} + g_l(t_l) − g_l(h_l).</summary>
    public Signal<T> DifferenceTarget(int l, Signal<T> above, Signal<T> target)
    {
        var there = inverse.Answer(AtPerturbed, l, above);
        var here = inverse.Answer(AtClean, l, inverse.Activity(l));
        TensorPrimitives.Subtract(there.Y.Span, here.Y.Span, target.Span);
        TensorPrimitives.Add(target.Span, inverse.Activity(l - 1).Span, target.Span);
        return target;
    }

    /// <summary>h̃ = h_{l-1} + dx, dx = σε.</summary>
    private Signal<T> Perturbed(int l, int draw, out Signal<T> dx)
    {
        Signal<T> h = inverse.Activity(l - 1), noisy = step.Scratch("h~", l, h.Width);
        dx = step.Scratch("dx", l, h.Width);
        step.Normal("inverse noise", l + (draw * step.Depth), dx);
        TensorPrimitives.Multiply(dx.Span, T.CreateChecked(deviation), dx.Span);
        TensorPrimitives.Add(h.Span, dx.Span, noisy.Span);
        return noisy;
    }
}
